//! A printer's answer, read from bytes (RFC 8010, 3). The `ipp` crate's own reader panics on some wrong lengths, and a
//! broken printer must not take the desk down; so this one reads, and takes only what the desk uses.

use super::ipp::PrintFault;

/// The groups looked at (RFC 8010, 3.5.1).
pub(super) const JOB: u8 = 0x02;
pub(super) const PRINTER: u8 = 0x04;
const END: u8 = 0x03;

/// The statuses that mean something to the desk (RFC 8011, B.1).
pub(super) const NOT_POSSIBLE: u16 = 0x0404;
pub(super) const NOT_FOUND: u16 = 0x0406;
const BUSY: u16 = 0x0507;

/// A value of a kind the desk reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Number(i32),
    Flag(bool),
    /// Keyword, name, URI and other text; not sanitised yet.
    Text(String),
}

/// One group of attributes: the printer, or one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    tag: u8,
    attributes: Vec<(String, Vec<Value>)>,
}

impl Group {
    /// The values of an attribute; empty if it is not there.
    pub(super) fn values(&self, name: &str) -> &[Value] {
        self.attributes.iter().find(|(own, _)| own == name).map_or(&[], |(_, values)| values)
    }
}

/// A good answer's groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    groups: Vec<Group>,
}

impl Answer {
    /// All groups of a kind.
    pub(super) fn of(&self, tag: u8) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.tag == tag)
    }

    /// The answer in these bytes, if its status is good. Memory stays in proportion to the bytes.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PrintFault> {
        let mut input = Input { bytes };
        let head = input.take(8).ok_or(PrintFault::NotUnderstood)?;
        let &[major, _, status_high, status_low, ..] = head else { return Err(PrintFault::NotUnderstood) };
        if !(1..=2).contains(&major) {
            return Err(PrintFault::NotUnderstood);
        }
        match u16::from_be_bytes([status_high, status_low]) {
            0x0000..=0x00FF => {}
            BUSY => return Err(PrintFault::Busy),
            status => return Err(PrintFault::Refused(status)),
        }
        groups(&mut input).map(|groups| Self { groups }).ok_or(PrintFault::NotUnderstood)
    }
}

/// None if a length is wrong or the end is missing.
fn groups(input: &mut Input<'_>) -> Option<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    loop {
        match input.byte()? {
            END => return Some(groups),
            tag @ 0x00..=0x0F => groups.push(Group { tag, attributes: Vec::new() }),
            kind => {
                let name = input.sized()?;
                let value = value(kind, input.sized()?);
                let attributes = &mut groups.last_mut()?.attributes;
                if !name.is_empty() {
                    attributes.push((String::from_utf8_lossy(name).into_owned(), Vec::new()));
                }
                // Without a name it is a further value of the attribute before (RFC 8010, 3.1.5), or a part of a
                // collection, which the desk does not look into.
                attributes.last_mut()?.1.extend(value);
            }
        }
    }
}

/// A value (RFC 8010, 3.5.2); None for kinds the desk does not read and for a wrong length.
fn value(kind: u8, bytes: &[u8]) -> Option<Value> {
    let text = |bytes: &[u8]| Value::Text(String::from_utf8_lossy(bytes).into_owned());
    match kind {
        0x21 | 0x23 => Some(Value::Number(i32::from_be_bytes(bytes.try_into().ok()?))),
        0x22 => Some(Value::Flag(*bytes.first()? != 0)),
        0x35 | 0x36 => {
            let mut input = Input { bytes };
            input.sized()?;
            input.sized().map(text)
        }
        0x41..=0x49 => Some(text(bytes)),
        _ => None,
    }
}

/// Bytes not yet read.
struct Input<'a> {
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A field with its length of two bytes before it.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        self.take(length.into())
    }
}

#[cfg(test)]
mod tests {
    use ipp::attribute::IppAttribute;
    use ipp::model::{DelimiterTag, IppVersion, StatusCode};
    use ipp::request::IppRequestResponse;
    use ipp::value::IppValue;
    use proptest::prelude::*;

    use super::super::reply::{Hold, JobState, PrinterStatus, Stem};
    use super::*;

    /// A good answer about a printer and a job, written by the `ipp` crate.
    fn answer(status: StatusCode) -> Vec<u8> {
        let mut answer = IppRequestResponse::new_response(IppVersion::v1_1(), status, 1).unwrap();
        let mut put = |group, name, value| {
            answer.attributes_mut().add(group, IppAttribute::with_name(name, value).unwrap());
        };
        let keyword = |text| IppValue::new_keyword(text).unwrap();
        let reasons = IppValue::Array(vec![keyword("media-empty-error"), keyword("cover-open-report")]);
        put(DelimiterTag::PrinterAttributes, "printer-state", IppValue::Enum(5));
        put(DelimiterTag::PrinterAttributes, "printer-state-reasons", reasons);
        put(DelimiterTag::PrinterAttributes, "printer-is-accepting-jobs", IppValue::Boolean(true));
        put(DelimiterTag::JobAttributes, "job-name", IppValue::new_name_with_language("en", "ra-1-a1").unwrap());
        put(DelimiterTag::JobAttributes, "job-state", IppValue::Enum(3));
        put(DelimiterTag::JobAttributes, "job-state-reasons", keyword("job-data-insufficient"));
        answer.to_bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Result<(Option<PrinterStatus>, Option<JobState>), PrintFault> {
        let answer = Answer::read(bytes)?;
        let printer = answer.of(PRINTER).next().and_then(PrinterStatus::parse);
        Ok((printer, answer.of(JOB).next().and_then(JobState::parse)))
    }

    #[test]
    fn a_good_answer_is_understood() {
        let bytes = answer(StatusCode::SuccessfulOk);
        let (printer, job) = read(&bytes).unwrap();
        let printer = printer.unwrap();
        assert_eq!(printer.stems, [Stem::MediaEmpty, Stem::CoverOpen]);
        assert!(printer.accepting && !printer.is_ready());
        assert_eq!(job, Some(JobState::Held(Hold::DataInsufficient)));
        let name = Answer::read(&bytes).unwrap().of(JOB).next().unwrap().values("job-name").to_vec();
        assert_eq!(name, [Value::Text("ra-1-a1".to_owned())]);
    }

    #[test]
    fn a_bad_status_is_a_fault_whatever_else_is_in_the_answer() {
        assert_eq!(read(&answer(StatusCode::ServerErrorBusy)), Err(PrintFault::Busy));
        assert_eq!(read(&answer(StatusCode::ClientErrorNotFound)), Err(PrintFault::Refused(NOT_FOUND)));
        assert_eq!(read(b"<html>"), Err(PrintFault::NotUnderstood));
    }

    #[test]
    fn an_answer_cut_anywhere_is_not_understood() {
        let bytes = answer(StatusCode::SuccessfulOk);
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut]), Err(PrintFault::NotUnderstood), "cut at {cut}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_answer_of_a_printer_takes_the_desk_down(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            more in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = answer(StatusCode::SuccessfulOk);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.extend(more);
            let _ = read(&bytes);
        }
    }
}
