//! A desk's HTTP client, as the desk itself has it (ureq, rustls): trusts the Device CA alone.

use std::sync::Arc;

use base64ct::{Base64, Encoding};
use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::{Decode, Encode};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::Key;

pub struct Client {
    agent: ureq::Agent,
    base: String,
    code: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
    headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(base: &str, trusted: &[u8], identity: Option<(&[u8], &Key)>) -> Self {
        let identity = identity.map(|(certificate, key)| {
            let chain = [Certificate::from_der(certificate).to_owned()];
            ClientCert::new_with_certs(&chain, PrivateKey::from_pem(&key.private_pem).unwrap())
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(vec![Certificate::from_der(trusted).to_owned()])))
            .client_cert(identity)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(20)))
            .build();
        Self { agent: config.new_agent(), base: base.to_owned(), code: None }
    }

    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    pub fn post(&self, path: &str, body: &[u8]) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.base)).content_type("application/pkcs10");
        if let Some(code) = &self.code {
            let pair = Base64::encode_string(format!("anything:{code}").as_bytes());
            request = request.header("Authorization", format!("Basic {pair}"));
        }
        let mut response = request.send(body).unwrap();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let text = response.body_mut().read_to_string().unwrap();
        Answer { status: response.status().as_u16(), text, headers }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// The one certificate of a certs-only answer; the answer itself if it is a refusal.
    pub fn certificate(self) -> Result<Vec<u8>, Answer> {
        if self.status != 200 {
            return Err(self);
        }
        let content = ContentInfo::from_der(&Base64::decode_vec(&self.text).unwrap()).unwrap();
        let signed: SignedData = content.content.decode_as().unwrap();
        let all = signed.certificates.unwrap();
        assert_eq!(all.0.len(), 1);
        match all.0.get(0).unwrap() {
            CertificateChoices::Certificate(certificate) => Ok(certificate.to_der().unwrap()),
            CertificateChoices::Other(_) => panic!("not an X.509 certificate"),
        }
    }
}
