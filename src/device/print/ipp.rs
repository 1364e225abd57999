//! An IPP printer, spoken to directly (RFC 8011). Every call ends by a named time, and every status code is looked at:
//! a busy printer answers with HTTP 200.

use std::io::Read;
use std::time::Duration;

use ipp::attribute::IppAttribute;
use ipp::model::{DelimiterTag, IppVersion, Operation};
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;
use ureq::Agent;
use ureq::http::Uri;

use super::answer::{Answer, Group, JOB, NOT_FOUND, NOT_POSSIBLE, PRINTER};
use super::reply::{JobRef, JobState, PrinterStatus, job_ref, text};

/// The most bytes of an answer that are read; a hundred jobs are a tenth of it.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// The most jobs asked for in one list.
const JOBS_MAX: i32 = 200;
/// What we call ourselves to the printer.
const USER: &str = "ra-desk";

/// How long the desk waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the name and the connection.
    pub connect: Duration,
    /// For a whole call without a document.
    pub call: Duration,
    /// For a whole call with a document.
    pub document: Duration,
}

impl Default for Timeouts {
    /// 3 s, 10 s and 60 s: a printer on the same network answers in milliseconds, a sleeping one in seconds.
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), call: Duration::from_secs(10), document: Duration::from_secs(60) }
    }
}

/// Why a call to the printer gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrintFault {
    /// The address is no printer's: `ipp://host:port/path` or `http://...` is wanted.
    #[error("the printer's address can't be used")]
    BadAddress,
    /// No connection.
    #[error("the printer can't be reached")]
    Unreachable,
    /// No answer in time. Whether the printer acted is not known.
    #[error("the printer did not answer in time")]
    Timeout,
    /// It works on another job.
    #[error("the printer is busy")]
    Busy,
    /// It said no, with this IPP (or HTTP) status.
    #[error("the printer refused with status {0:#06x}")]
    Refused(u16),
    /// What it answered is no proper IPP.
    #[error("the printer's answer was not understood")]
    NotUnderstood,
}

/// A printer at an address. Blocking; no state is kept between calls.
pub struct IppPrinter {
    /// As the printer is named in requests.
    name: Uri,
    /// Where requests go.
    http: String,
    agent: Agent,
    timeouts: Timeouts,
    media: Option<String>,
}

impl IppPrinter {
    /// A printer at `ipp://host[:port]/path` or `http://...`; nothing is sent yet.
    pub fn new(uri: &str, timeouts: Timeouts) -> Result<Self, PrintFault> {
        let name: Uri = uri.parse().map_err(|_| PrintFault::BadAddress)?;
        let (Some(scheme), Some(host)) = (name.scheme_str(), name.host()) else { return Err(PrintFault::BadAddress) };
        let port = match scheme {
            // RFC 3510, 4.1
            "ipp" => name.port_u16().unwrap_or(631),
            "http" => name.port_u16().unwrap_or(80),
            _ => return Err(PrintFault::BadAddress),
        };
        let http = format!("http://{host}:{port}{}", name.path());
        let config = Agent::config_builder()
            .timeout_resolve(Some(timeouts.connect))
            .timeout_connect(Some(timeouts.connect))
            // A connection kept open dies with the printer, and a document must not be lost on it.
            .max_idle_connections(0)
            .max_redirects(0)
            .proxy(None)
            .user_agent(USER)
            .build();
        Ok(Self { name, http, agent: config.into(), timeouts, media: None })
    }

    /// The medium asked for in every job, as the printer calls it (`iso_id-1_53.98x85.6mm`).
    #[must_use]
    pub fn with_media(self, media: &str) -> Self {
        Self { media: Some(media.to_owned()), ..self }
    }

    /// The printer's state.
    pub fn status(&self) -> Result<PrinterStatus, PrintFault> {
        let mut request = self.request(Operation::GetPrinterAttributes)?;
        let wanted =
            ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "printer-uuid", "printer-up-time"];
        ask_for(&mut request, &wanted)?;
        let answer = self.call(request)?;
        let group = answer.of(PRINTER).next().ok_or(PrintFault::NotUnderstood)?;
        PrinterStatus::parse(group).ok_or(PrintFault::NotUnderstood)
    }

    /// Whether the printer would take a card of ours: Validate-Job, which prints nothing.
    pub fn validate(&self, job_name: &str) -> Result<(), PrintFault> {
        let mut request = self.request(Operation::ValidateJob)?;
        add(&mut request, "job-name", name_of(job_name)?)?;
        add(&mut request, "ipp-attribute-fidelity", IppValue::Boolean(true))?;
        add(&mut request, "document-format", pdf_format()?)?;
        self.add_media(&mut request)?;
        self.call(request).map(drop)
    }

    /// Makes a job without a document. Write the answer to the journal before [`Self::send_document`].
    pub fn create_job(&self, job_name: &str) -> Result<JobRef, PrintFault> {
        let mut request = self.request(Operation::CreateJob)?;
        add(&mut request, "job-name", name_of(job_name)?)?;
        add(&mut request, "ipp-attribute-fidelity", IppValue::Boolean(true))?;
        self.add_media(&mut request)?;
        let answer = self.call(request)?;
        let job = answer.of(JOB).next().and_then(job_ref);
        let job = job.ok_or(PrintFault::NotUnderstood)?;
        if job.uuid.is_some() {
            return Ok(job);
        }
        // Not every printer tells the UUID here. The job is made: a fault now must not hide it.
        Ok(self.job(job.id).ok().flatten().map_or(job, |(job, ..)| job))
    }

    /// Sends the only document of a job. After a fault, printing may have started: look it up, never send it again.
    pub fn send_document(&self, job: &JobRef, pdf: &[u8]) -> Result<(), PrintFault> {
        let mut request = self.job_request(Operation::SendDocument, job.id)?;
        add(&mut request, "document-format", pdf_format()?)?;
        add(&mut request, "last-document", IppValue::Boolean(true))?;
        self.call_with(request, pdf, self.timeouts.document).map(drop)
    }

    /// How far a job is. A job the printer does not know (any more) is [`JobState::Unknown`].
    pub fn poll(&self, job: &JobRef) -> Result<JobState, PrintFault> {
        Ok(self.job(job.id)?.map_or(JobState::Unknown, |(_, _, state)| state))
    }

    /// Cancels a job. A job that is unknown or already over counts as cancelled.
    pub fn cancel(&self, job: &JobRef) -> Result<(), PrintFault> {
        match self.call(self.job_request(Operation::CancelJob, job.id)?) {
            Err(PrintFault::Refused(NOT_FOUND)) => Ok(()),
            // Not-possible is also said of a job that can't be stopped: only one that is over counts.
            Err(PrintFault::Refused(NOT_POSSIBLE)) => {
                if self.poll(job)?.is_final() {
                    Ok(())
                } else {
                    Err(PrintFault::Refused(NOT_POSSIBLE))
                }
            }
            other => other.map(drop),
        }
    }

    /// The newest job of this name in both lists, unfinished ones first.
    pub fn find_by_name(&self, job_name: &str) -> Result<Option<JobRef>, PrintFault> {
        for which in ["not-completed", "completed"] {
            let mut request = self.request(Operation::GetJobs)?;
            add(&mut request, "limit", IppValue::Integer(JOBS_MAX))?;
            ask_for(&mut request, &["job-id", "job-uuid", "job-name"])?;
            add(&mut request, "which-jobs", IppValue::new_keyword(which).map_err(|_| PrintFault::NotUnderstood)?)?;
            let answer = self.call(request)?;
            let named = |group: &&Group| text(group, "job-name").as_deref() == Some(job_name);
            let jobs = answer.of(JOB).filter(named).filter_map(job_ref);
            if let Some(job) = jobs.max_by_key(|job| job.id) {
                return Ok(Some(job));
            }
        }
        Ok(None)
    }

    /// A job's number, name and state; None if the printer does not know it.
    fn job(&self, id: i32) -> Result<Option<(JobRef, Option<String>, JobState)>, PrintFault> {
        let mut request = self.job_request(Operation::GetJobAttributes, id)?;
        ask_for(&mut request, &["job-id", "job-uuid", "job-name", "job-state", "job-state-reasons"])?;
        let answer = match self.call(request) {
            Err(PrintFault::Refused(NOT_FOUND)) => return Ok(None),
            other => other?,
        };
        let group = answer.of(JOB).next().ok_or(PrintFault::NotUnderstood)?;
        let state = JobState::parse(group).ok_or(PrintFault::NotUnderstood)?;
        let job = job_ref(group).unwrap_or(JobRef { id, uuid: None });
        Ok(Some((job, text(group, "job-name"), state)))
    }

    fn request(&self, operation: Operation) -> Result<IppRequestResponse, PrintFault> {
        let mut request = IppRequestResponse::new(IppVersion::v1_1(), operation, Some(self.name.clone()))
            .map_err(|_| PrintFault::BadAddress)?;
        add(&mut request, "requesting-user-name", name_of(USER)?)?;
        Ok(request)
    }

    /// RFC 8011, 4.1.5: the job's number stands right after the printer.
    fn job_request(&self, operation: Operation, id: i32) -> Result<IppRequestResponse, PrintFault> {
        let mut request = IppRequestResponse::new(IppVersion::v1_1(), operation, Some(self.name.clone()))
            .map_err(|_| PrintFault::BadAddress)?;
        add(&mut request, "job-id", IppValue::Integer(id))?;
        add(&mut request, "requesting-user-name", name_of(USER)?)?;
        Ok(request)
    }

    fn add_media(&self, request: &mut IppRequestResponse) -> Result<(), PrintFault> {
        let Some(media) = &self.media else { return Ok(()) };
        let value = IppValue::new_keyword(media.as_str()).map_err(|_| PrintFault::NotUnderstood)?;
        let attribute = IppAttribute::with_name("media", value).map_err(|_| PrintFault::NotUnderstood)?;
        request.attributes_mut().add(DelimiterTag::JobAttributes, attribute);
        Ok(())
    }

    fn call(&self, request: IppRequestResponse) -> Result<Answer, PrintFault> {
        self.call_with(request, &[], self.timeouts.call)
    }

    /// One request with its whole length known, since not every printer takes chunks; one bounded answer.
    fn call_with(&self, request: IppRequestResponse, document: &[u8], timeout: Duration) -> Result<Answer, PrintFault> {
        let body = [&request.to_bytes(), document].concat();
        let sent = self.agent.post(&self.http).config().timeout_global(Some(timeout)).build();
        let answer =
            sent.header("content-type", "application/ipp").send(&body[..]).map_err(|error| fault_of(&error))?;
        let mut bytes = Vec::new();
        let mut reader = answer.into_body().into_reader().take(ANSWER_BYTES_MAX);
        reader.read_to_end(&mut bytes).map_err(|error| fault_of(&ureq::Error::from(error)))?;
        Answer::read(&bytes)
    }
}

fn fault_of(error: &ureq::Error) -> PrintFault {
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => PrintFault::Unreachable,
        ureq::Error::Timeout(_) => PrintFault::Timeout,
        ureq::Error::StatusCode(code) => PrintFault::Refused(*code),
        ureq::Error::Protocol(_) => PrintFault::NotUnderstood,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => PrintFault::Timeout,
        _ => PrintFault::Unreachable,
    }
}

fn add(request: &mut IppRequestResponse, name: &str, value: IppValue) -> Result<(), PrintFault> {
    let attribute = IppAttribute::with_name(name, value).map_err(|_| PrintFault::NotUnderstood)?;
    request.attributes_mut().add(DelimiterTag::OperationAttributes, attribute);
    Ok(())
}

fn ask_for(request: &mut IppRequestResponse, names: &[&str]) -> Result<(), PrintFault> {
    let keywords = names.iter().map(|name| IppValue::new_keyword(*name)).collect::<Result<Vec<_>, _>>();
    add(request, "requested-attributes", IppValue::Array(keywords.map_err(|_| PrintFault::NotUnderstood)?))
}

fn name_of(text: &str) -> Result<IppValue, PrintFault> {
    IppValue::new_name_without_language(text).map_err(|_| PrintFault::NotUnderstood)
}

fn pdf_format() -> Result<IppValue, PrintFault> {
    IppValue::new_mime_media_type("application/pdf").map_err(|_| PrintFault::NotUnderstood)
}
