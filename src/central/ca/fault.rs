//! What can go wrong in the key room. Said for the person who runs central: what is wrong and what mends it.

use std::path::PathBuf;

/// Why an authority could not be made, loaded or asked.
#[derive(Debug, thiserror::Error)]
pub enum CaFault {
    /// There is an authority already; it is never overwritten.
    #[error("{0} already holds files; an authority is never overwritten. Choose another folder")]
    AlreadyThere(PathBuf),
    /// There is no authority.
    #[error("{0} holds no authority; make one with `ra-central init`")]
    NotThere(PathBuf),
    /// An earlier `init` was cut off before it was done. Nothing it made was ever used.
    #[error("{0} was left by an init that was cut off; nothing in it was ever used. Remove it and run init again")]
    HalfMade(PathBuf),
    /// A file of the authority is missing.
    #[error("the authority in {dir} is torn: {file} is missing. Put the folder back from its backup")]
    Missing {
        /// The authority's folder.
        dir: PathBuf,
        /// The file.
        file: String,
    },
    /// A file of the authority is not the one that was written.
    #[error("the authority in {dir} is torn: {file} is not what init wrote. Put the folder back from its backup")]
    Torn {
        /// The authority's folder.
        dir: PathBuf,
        /// The file.
        file: String,
    },
    /// Other accounts of this computer can read a private file.
    #[error("{0} can be read by others; take their rights away (chmod 600 for files, 700 for the folder)")]
    Exposed(PathBuf),
    /// The folder was made by a program this one does not know.
    #[error("the authority in {dir} has form {found}, and this program knows form {known}")]
    OtherForm {
        /// The authority's folder.
        dir: PathBuf,
        /// Form number found.
        found: u32,
        /// Form number known.
        known: u32,
    },
    /// The disk said no.
    #[error("{what} {path}: {cause}")]
    Disk {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom,
    /// The request for a certificate can't be used.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// A name that should stand in a certificate can't.
    #[error("{0:?} can't stand in a certificate")]
    BadName(String),
    /// The certificate would end before it begins: the CA, or the card, has expired.
    #[error("there is no life left to give: the CA or the card has expired")]
    NoLifeLeft,
    /// A number in a list of serial numbers is none.
    #[error("a serial number in the list is not hexadecimal")]
    BadSerial,
    /// A certificate could not be written down. Not expected; a fault in this program.
    #[error("a certificate could not be encoded: {0}")]
    Encoding(String),
}

impl CaFault {
    /// An encoding fault from whatever library it came.
    pub(crate) fn encoding(cause: impl std::fmt::Display) -> Self {
        Self::Encoding(cause.to_string())
    }
}

/// Why a PKCS#10 request can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// Not PKCS#10, or not DER, or larger than any real one.
    #[error("this is no PKCS#10 certificate request")]
    NotARequest,
    /// The key is neither P-256 nor RSA with 2048 bits and exponent 65537.
    #[error("the key must be P-256 or RSA with 2048 bits")]
    WrongKey,
    /// A desk's key must be P-256.
    #[error("a desk's key must be P-256")]
    DeskKeyNotP256,
    /// Signed with another algorithm than the key's own with SHA-256.
    #[error("the request must be signed with SHA-256 and its own key's algorithm")]
    WrongAlgorithm,
    /// The signature in the request does not check: whoever sent it does not hold the key.
    #[error("the request's signature does not check: the sender did not prove to hold the key")]
    BadProof,
}
