//! Why an exchange with central brought nothing.

use std::io;

use super::core::Trouble;
use crate::wire::message::ProblemCode;

/// Why. Never holds a code, a PUK or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CentralFault {
    /// No way to central: no network, no such host, nobody listening, cut off.
    #[error("central is not reached")]
    Unreachable,
    /// Central did not answer in time.
    #[error("central did not answer in time")]
    Timeout,
    /// The answer is not of the form.
    #[error("central's answer is not understood")]
    NotUnderstood,
    /// The answer is larger than the desk takes.
    #[error("central's answer is too large")]
    TooLarge,
    /// The other side is not the central this desk trusts.
    #[error("the server is not the central of this desk")]
    TlsUntrusted,
    /// Central did not take this desk's certificate in the handshake.
    #[error("central did not take this desk's certificate")]
    TlsRefused,
    /// None of the server's CA certificates has the invite's fingerprint.
    #[error("the server's CA is not the one of the invite")]
    WrongFingerprint,
    /// Central said no.
    #[error("central refused: {code:?} ({detail})")]
    Problem {
        /// Why.
        code: ProblemCode,
        /// For logs; sanitised.
        detail: String,
        /// Seconds central asks to wait, if it said so.
        retry_after: Option<u64>,
    },
    /// The client can't be set up from what the desk has.
    #[error("the client can't be set up: {0}")]
    Setup(&'static str),
    /// Too many requests are waiting for the network thread.
    #[error("too many requests are waiting")]
    Busy,
}

impl CentralFault {
    /// Its class for the sync core.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Unreachable | Self::Timeout | Self::TlsUntrusted | Self::Setup(_) | Self::Busy => Trouble::Network,
            Self::TlsRefused => Trouble::Problem { code: ProblemCode::NotADesk, retry_after: None },
            Self::NotUnderstood | Self::TooLarge | Self::WrongFingerprint => Trouble::NotUnderstood,
            Self::Problem { code, retry_after, .. } => {
                Trouble::Problem { code: *code, retry_after: retry_after.map(|seconds| seconds.saturating_mul(1_000)) }
            }
        }
    }

    /// Whether central was reached at all.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Timeout)
    }
}

impl From<ureq::Error> for CentralFault {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::Timeout,
            ureq::Error::Rustls(cause) => of_tls(&cause),
            ureq::Error::Io(cause) => of_io(&cause),
            ureq::Error::BodyExceedsLimit(_) => Self::TooLarge,
            ureq::Error::Protocol(_) | ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => {
                Self::NotUnderstood
            }
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::Setup("central's address"),
            _ => Self::Unreachable,
        }
    }
}

fn of_io(cause: &io::Error) -> CentralFault {
    if let Some(tls) = cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    match cause.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => CentralFault::Timeout,
        _ => CentralFault::Unreachable,
    }
}

fn of_tls(cause: &rustls::Error) -> CentralFault {
    match cause {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => CentralFault::TlsUntrusted,
        rustls::Error::AlertReceived(_) => CentralFault::TlsRefused,
        _ => CentralFault::Unreachable,
    }
}
