//! Enrolment: from an invite to a desk that central knows. Safe to repeat: the same code with the same key gets the same
//! certificate, and the key was made before the first try.

use super::certificate::DeskCertificate;
use super::client::Client;
use super::exchange::x509_key;
use super::fault::CentralFault;
use crate::domain::Secret;
use crate::store::{Enrolment, Store, StoreFault, Write};
use crate::wire::message::{DeskRecord, PROTOCOL};

/// What a desk is given to find and trust its central. No Debug: the code is a secret.
pub struct Invite {
    /// Central's address: host or host and port.
    pub host: String,
    /// SHA-256 of the Device CA certificate, DER.
    pub fingerprint: [u8; 32],
    /// The one-time code.
    pub code: Secret,
}

/// Why a desk was not enrolled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolFault {
    /// Central was not reached, not trusted, or said no.
    #[error(transparent)]
    Central(#[from] CentralFault),
    /// The desk could not keep it.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// Central speaks another protocol major.
    #[error("central speaks protocol {0}")]
    OtherProtocol(u32),
    /// What central gave does not fit together: certificate, key, desk id or environment differ.
    #[error("central's answers do not fit together")]
    DoesNotFit,
}

/// Enrols this desk and keeps what central says of it. Blocks; for the online thread.
pub fn enrol(store: &Store, invite: &Invite) -> Result<DeskRecord, EnrolFault> {
    let identity = store.identity()?;
    let device_ca = Client::first_contact(&invite.host, &invite.fingerprint)?;
    let client = Client::trusting(&invite.host, &device_ca)?;
    let hello = client.hello()?;
    if !(hello.protocol_min..=hello.protocol).contains(&PROTOCOL) {
        return Err(EnrolFault::OtherProtocol(hello.protocol));
    }
    let certificate = client.enrol_desk(&invite.code, &identity.certificate_request()?)?;
    let read = DeskCertificate::read(&certificate).ok_or(EnrolFault::DoesNotFit)?;
    if x509_key(&certificate) != Some(identity.spki()?) {
        return Err(EnrolFault::DoesNotFit);
    }
    let own = Client::showing(&invite.host, &device_ca, &certificate, &identity)?;
    let record = own.desk_record(read.desk)?;
    if record.desk != read.desk || record.environment != hello.environment {
        return Err(EnrolFault::DoesNotFit);
    }
    let enrolment = Enrolment { host: invite.host.clone(), device_ca, certificate, record: record.clone() };
    store.commit_wait(vec![Write::Enrolled(Box::new(enrolment))])?;
    Ok(record)
}
