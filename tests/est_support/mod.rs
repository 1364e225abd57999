//! A central with the EST routes alone and its decisions in memory, and the clients that try it.

mod client;
mod memory;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64ct::{Base64, Encoding};
pub use client::{Answer, Client};
pub use memory::Memory;
use ra_desk::central::ca::{Authority, CertDer, DeskSubject, desk_in};
use ra_desk::central::tls::{ServeConfig, serve};
use ra_desk::central::{est, system_clock};
use ra_desk::domain::{DeskId, Environment, GrantId};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// What a tool said.
pub struct Said {
    pub ok: bool,
    pub output: Vec<u8>,
    pub error: String,
}

pub struct Central {
    dir: TempDir,
    pub authority: Arc<Authority>,
    pub memory: Arc<Memory>,
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Central {
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = system_clock()();
        let ca = dir.path().join("ca");
        let authority = Arc::new(Authority::init(&ca, Environment::Demo, "Test", now).unwrap());
        let memory = Arc::new(Memory::default());
        let router = est::router(Arc::clone(&authority), Arc::clone(&memory) as Arc<dyn est::EstDecisions>);
        let config = ServeConfig::new(Arc::clone(&authority), &["127.0.0.1", "localhost"], system_clock()).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        runtime.spawn(serve(listener, router, config, async {
            let _ = stopped.await;
        }));
        Self { dir, authority, memory, port, stop: Some(stop), runtime: Some(runtime) }
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn ca(&self, name: &str) -> String {
        self.path(&format!("ca/{name}"))
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// A new invite for a new desk.
    pub fn invite(&self, code: &str) -> DeskId {
        let desk = DeskId(uuid::Uuid::now_v7());
        self.memory.invite(code, DeskSubject { desk, name: format!("desk of {code}") });
        desk
    }

    /// A grant for a card, given to the desk of this certificate.
    pub fn grant(&self, desk_certificate: &[u8]) -> GrantId {
        let grant = GrantId(uuid::Uuid::now_v7());
        self.memory.grant(grant, desk_in(desk_certificate).unwrap());
        grant
    }

    /// An enrolled desk: its key and certificate.
    pub fn new_desk(&self, name: &str) -> (Key, Vec<u8>) {
        self.invite(name);
        let key = Key::p256(self, &format!("desk-{name}"));
        let certificate = self.enrol_desk(name, &key.request).unwrap();
        (key, certificate)
    }

    pub fn enrol_desk(&self, code: &str, request: &[u8]) -> Result<Vec<u8>, Answer> {
        self.client(None).with_code(code).post("desk/simpleenroll", &base64(request)).certificate()
    }

    pub fn client(&self, identity: Option<(&[u8], &Key)>) -> Client {
        Client::new(&self.url("/.well-known/est/"), self.authority.device_ca(), identity)
    }

    pub fn pki(&self, arguments: &[&str], input: &[u8]) -> Said {
        run("pki", "strongswan-pki and libstrongswan-standard-plugins", arguments, input)
    }

    pub fn openssl(&self, arguments: &[&str], input: &[u8]) -> Said {
        run("openssl", "openssl", arguments, input)
    }

    /// A P-256 key made by strongSwan in `<name>.key`, and its PKCS#10 request.
    pub fn strongswan_key(&self, name: &str) -> Vec<u8> {
        let key = self.pki(&["--gen", "--type", "ecdsa", "--size", "256", "--outform", "pem"], b"");
        assert!(key.ok, "strongSwan makes no P-256 key (is libstrongswan-standard-plugins there?): {}", key.error);
        let file = self.path(&format!("{name}.key"));
        std::fs::write(&file, key.output).unwrap();
        let request = self.pki(&["--req", "--type", "priv", "--in", &file, "--dn", "CN=asked for"], b"");
        assert!(request.ok, "{}", request.error);
        request.output
    }

    pub fn strongswan_enrol(&self, request: &[u8], more: &[&str]) -> Said {
        let (url, root, device) = (self.url(""), self.ca("root.crt"), self.ca("device-ca.crt"));
        let mut arguments = vec!["--est", "--url", &url, "--cacert", &root, "--cacert", &device];
        arguments.extend(more);
        self.pki(&arguments, request)
    }

    /// OpenSSL's judgement on a certificate, strict, through one CA to the root.
    pub fn verify(&self, ca: &str, der: &[u8]) -> Said {
        let pem = self.openssl(&["x509", "-inform", "DER"], der);
        assert!(pem.ok, "{}", pem.error);
        let arguments = ["verify", "-x509_strict", "-CAfile", &self.ca("root.crt"), "-untrusted", &self.ca(ca)];
        self.openssl(&arguments, &pem.output)
    }
}

impl Drop for Central {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        }
    }
}

/// A key made by OpenSSL and its request.
pub struct Key {
    pub request: Vec<u8>,
    pub private_pem: Vec<u8>,
}

impl Key {
    pub fn p256(central: &Central, name: &str) -> Self {
        Self::make(central, name, &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
    }

    pub fn make(central: &Central, name: &str, algorithm: &[&str]) -> Self {
        let (key, out) = (central.path(&format!("{name}.pem")), central.path(&format!("{name}.csr")));
        let mut arguments = vec!["req", "-new", "-nodes", "-subj", "/CN=asked for", "-outform", "DER"];
        arguments.extend(["-keyout", &key, "-out", &out]);
        arguments.extend(algorithm);
        let said = central.openssl(&arguments, b"");
        assert!(said.ok, "{}", said.error);
        let read = |path: &str| std::fs::read(Path::new(path)).unwrap();
        Self { request: read(&out), private_pem: read(&key) }
    }
}

pub fn base64(bytes: &[u8]) -> Vec<u8> {
    Base64::encode_string(bytes).into_bytes()
}

/// Base64 in lines of 64 signs, as OpenSSL and RFC 7030's examples write it.
pub fn wrapped(bytes: &[u8]) -> Vec<u8> {
    base64(bytes).chunks(64).flat_map(|line| [line, b"\r\n"].concat()).collect()
}

pub fn serial_of(der: &[u8]) -> String {
    CertDer::read(der).unwrap().serial
}

fn run(tool: &str, package: &str, arguments: &[&str], input: &[u8]) -> Said {
    let mut child = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|cause| {
            panic!("`{tool}` is needed by this test ({cause}): install the Debian package {package}")
        });
    // A tool that refuses its arguments closes its input early; its exit code tells.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    Said { ok: output.status.success(), output: output.stdout, error }
}
