//! What to do with a print attempt whose end was not seen: after a crash, a power cut, a lost connection.
//!
//! Pure. The rule behind every line: a document that may have reached the printer is never sent again by itself
//! (`notes` photo-print 7).

use serde::{Deserialize, Serialize};

use super::reply::{Hold, JobRef, JobState};

/// How far the journal says an attempt got. Each phase is committed before the act it names begins, except that
/// `Created` and `Sent` are committed after the printer's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The attempt is meant; Create-Job may or may not have been sent.
    Intent,
    /// The printer made a job; Send-Document was not begun.
    Created {
        /// The printer's job.
        job: JobRef,
    },
    /// Send-Document was begun; no answer was seen.
    SendStarted {
        /// The printer's job.
        job: JobRef,
    },
    /// The printer took the document.
    Sent {
        /// The printer's job.
        job: JobRef,
    },
}

/// One unfinished row of the print journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRecord {
    /// The job's name: one for each attempt at each card, so that it finds this attempt only.
    pub job_name: String,
    /// How far it got.
    pub phase: Phase,
}

/// What the printer knows of the attempt. A printer that does not answer gives no lookup: ask it again later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The attempt's job and how far it is.
    Found {
        /// The job.
        job: JobRef,
        /// Its state.
        state: JobState,
    },
    /// No such job: never made, or forgotten.
    Absent,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// The job is this attempt: go on polling it, and take its end as the attempt's.
    Adopt(JobRef),
    /// The job never got its document: cancel it, then the same attempt may be sent.
    CancelAndSendAgain(JobRef),
    /// Nothing was printed and nothing is waiting: the same attempt may be sent.
    SafeToSend,
    /// A card may have been printed. Ask whether there is one in the output tray; send nothing.
    AskOperator,
}

/// What to do with an unfinished attempt.
pub fn recover(attempt: &AttemptRecord, lookup: &Lookup) -> Recovery {
    let sending_began = matches!(attempt.phase, Phase::SendStarted { .. } | Phase::Sent { .. });
    match lookup {
        Lookup::Absent | Lookup::Found { state: JobState::Unknown, .. } => {
            if sending_began {
                Recovery::AskOperator
            } else {
                Recovery::SafeToSend
            }
        }
        Lookup::Found { job, state } => match state {
            JobState::Held(Hold::DataInsufficient) => Recovery::CancelAndSendAgain(job.clone()),
            // Not every printer says why a job waits; without a document begun it can only wait for that.
            JobState::Pending | JobState::Held(Hold::Other) if !sending_began => {
                Recovery::CancelAndSendAgain(job.clone())
            }
            JobState::Aborted | JobState::Canceled if !sending_began => Recovery::SafeToSend,
            // Printing, printed, waiting with its document, or ended badly after it had one.
            _ => Recovery::Adopt(job.clone()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> JobRef {
        JobRef { id: 7, uuid: Some("urn:uuid:1".to_owned()) }
    }

    fn phases() -> [Phase; 4] {
        let job = job();
        [
            Phase::Intent,
            Phase::Created { job: job.clone() },
            Phase::SendStarted { job: job.clone() },
            Phase::Sent { job },
        ]
    }

    #[test]
    fn every_phase_and_every_state_has_its_answer() {
        use Recovery::{AskOperator, SafeToSend};
        let adopt = || Recovery::Adopt(job());
        let again = || Recovery::CancelAndSendAgain(job());
        // One line a state; the columns are intent, created, send started, sent.
        let table: [(Option<JobState>, [Recovery; 4]); 9] = [
            (None, [SafeToSend, SafeToSend, AskOperator, AskOperator]),
            (Some(JobState::Unknown), [SafeToSend, SafeToSend, AskOperator, AskOperator]),
            (Some(JobState::Held(Hold::DataInsufficient)), [again(), again(), again(), again()]),
            (Some(JobState::Held(Hold::Other)), [again(), again(), adopt(), adopt()]),
            (Some(JobState::Pending), [again(), again(), adopt(), adopt()]),
            (Some(JobState::Processing(vec![])), [adopt(), adopt(), adopt(), adopt()]),
            (Some(JobState::Completed), [adopt(), adopt(), adopt(), adopt()]),
            (Some(JobState::Aborted), [SafeToSend, SafeToSend, adopt(), adopt()]),
            (Some(JobState::Canceled), [SafeToSend, SafeToSend, adopt(), adopt()]),
        ];
        for (state, answers) in table {
            let lookup = state.map_or(Lookup::Absent, |state| Lookup::Found { job: job(), state });
            for (phase, answer) in phases().into_iter().zip(answers) {
                let attempt = AttemptRecord { job_name: "ra-1-a1".to_owned(), phase };
                assert_eq!(recover(&attempt, &lookup), answer, "{:?} with {lookup:?}", attempt.phase);
            }
        }
    }

    #[test]
    fn a_document_that_may_have_arrived_is_never_sent_again() {
        let states = [
            JobState::Pending,
            JobState::Held(Hold::Other),
            JobState::Processing(vec![]),
            JobState::Completed,
            JobState::Aborted,
            JobState::Canceled,
            JobState::Unknown,
        ];
        for phase in phases().into_iter().skip(2) {
            let attempt = AttemptRecord { job_name: "ra-1-a1".to_owned(), phase };
            let found = states.iter().map(|state| Lookup::Found { job: job(), state: state.clone() });
            for lookup in found.chain([Lookup::Absent]) {
                let answer = recover(&attempt, &lookup);
                assert!(matches!(answer, Recovery::Adopt(_) | Recovery::AskOperator), "{lookup:?}: {answer:?}");
            }
        }
    }
}
