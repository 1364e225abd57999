//! Lines 1 and 2: what the desk knows of network, queue and devices, put into words.

use super::page::{Status, Text};
use super::say;
use crate::domain::{Millis, OdsCode, Role};
use crate::words::Words;

/// How the desk stands with central.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Network {
    /// The last contact went well.
    Online,
    /// No contact since then.
    OfflineSince(Millis),
    /// No contact since the desk was started.
    #[default]
    Offline,
    /// Central answers, and says that this desk may not come in.
    Refused,
}

/// What a reader shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reader {
    /// There is none, or it was pulled out.
    #[default]
    Missing,
    /// No card in it.
    Empty,
    /// A card in it.
    Card,
    /// A step runs on the card: it must stay.
    Busy,
    /// A card in it that gives no answer.
    Unreadable,
}

/// What the card printer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Printer {
    /// None was set up.
    #[default]
    None,
    /// Ready.
    Ready,
    /// A job runs.
    Printing,
    /// It wants a person: cover, ribbon, cards.
    Stopped,
    /// It was set up and does not answer.
    Gone,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The agent's name.
    pub name: String,
    /// The role of this session.
    pub role: Role,
    /// The organisation's name.
    pub organisation: String,
    /// The organisation's code.
    pub ods: OdsCode,
}

/// All that lines 1 and 2 are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusFacts {
    /// The desk's name.
    pub place: String,
    /// Who is signed in, if anybody.
    pub agent: Option<SignedIn>,
    /// The clock; none in accessible mode, where nothing may tick.
    pub clock: Option<Millis>,
    /// Whether the clock is in doubt (design, "Statements").
    pub clock_doubt: bool,
    /// How the desk stands with central.
    pub network: Network,
    /// Events and blobs that central has not yet acknowledged.
    pub waiting: u32,
    /// Events that central refused and that want a person.
    pub refused: u32,
    /// The agent's reader; none where the desk has one reader only.
    pub agent_reader: Option<Reader>,
    /// The customer's reader, or the only one.
    pub customer_reader: Reader,
    /// The card printer.
    pub printer: Printer,
    /// Whether this is the demo.
    pub demo: bool,
}

impl StatusFacts {
    /// The status in words.
    pub fn words(&self, words: &Words) -> Status {
        let (agent, role) = match &self.agent {
            Some(agent) => {
                let role = format!("{}, {} ({})", say::role(words, agent.role), agent.organisation, agent.ods);
                (agent.name.clone(), role)
            }
            None => (Text::new(), Text::new()),
        };
        Status {
            place: format!("{}   {}", words.get("status-product"), self.place),
            agent,
            role,
            clock: self.clock.map(Millis::london_clock).unwrap_or_default(),
            network: self.network_words(words),
            queue: self.queue_words(words),
            readers: self.reader_words(words),
            printer: words.get(match self.printer {
                Printer::None => "printer-none",
                Printer::Ready => "printer-ready",
                Printer::Printing => "printer-printing",
                Printer::Stopped => "printer-stopped",
                Printer::Gone => "printer-gone",
            }),
            demo: if self.demo { words.get("demo-line") } else { Text::new() },
        }
    }

    fn network_words(&self, words: &Words) -> Text {
        let network = match self.network {
            Network::Online => words.get("status-online"),
            Network::Offline => words.get("status-offline"),
            Network::OfflineSince(time) => words.with("status-offline-since", &[("time", time.london_clock().into())]),
            Network::Refused => words.get("status-refused"),
        };
        if self.clock_doubt { format!("{}, {network}", words.get("status-clock-doubt")) } else { network }
    }

    fn queue_words(&self, words: &Words) -> Text {
        let mut parts = Vec::with_capacity(3);
        if self.waiting == 0 {
            parts.push(words.get("status-queue-empty"));
        } else {
            parts.push(words.with("status-queue", &[("count", self.waiting.into())]));
        }
        if self.refused > 0 {
            parts.push(words.with("status-queue-refused", &[("count", self.refused.into())]));
        }
        // A desk that is refused, or whose clock is in doubt, must not be told that it may go on.
        if matches!(self.network, Network::Offline | Network::OfflineSince(_)) && !self.clock_doubt {
            parts.push(words.get("status-safe"));
        }
        parts.join(", ")
    }

    fn reader_words(&self, words: &Words) -> Text {
        let customer = reader_word(words, self.customer_reader);
        let Some(agent) = self.agent_reader else {
            return words.with("status-one-reader", &[("state", customer.into())]);
        };
        let customer = words.with("status-customer-reader", &[("state", customer.into())]);
        if self.agent.is_some() && agent == Reader::Card {
            return customer; // signed in with the card in its place: nothing to say
        }
        let agent = words.with("status-agent-reader", &[("state", reader_word(words, agent).into())]);
        format!("{agent} \u{b7} {customer}")
    }
}

fn reader_word(words: &Words, reader: Reader) -> Text {
    words.get(match reader {
        Reader::Missing => "reader-missing",
        Reader::Empty => "reader-empty",
        Reader::Card => "reader-card",
        Reader::Busy => "reader-busy",
        Reader::Unreadable => "reader-unreadable",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    fn facts() -> StatusFacts {
        StatusFacts {
            place: "Truro clinic desk 2".into(),
            network: Network::OfflineSince(Millis(1_795_338_840_000)), // 2026-11-22T09:14:00Z
            waiting: 3,
            agent_reader: Some(Reader::Card),
            customer_reader: Reader::Card,
            printer: Printer::Ready,
            ..StatusFacts::default()
        }
    }

    #[test]
    fn an_offline_desk_says_since_when_and_that_it_is_safe_to_go_on() {
        let status = facts().words(&Words::new(Lang::En));
        assert_eq!(status.network, "OFFLINE since 09:14");
        assert_eq!(status.queue, "3 waiting, safe to continue");
        assert_eq!(status.demo, "");
    }

    #[test]
    fn a_refused_desk_and_a_clock_in_doubt_are_not_called_safe() {
        let words = Words::new(Lang::En);
        let refused = StatusFacts { network: Network::Refused, ..facts() }.words(&words);
        assert!(!refused.queue.contains("safe"), "{}", refused.queue);
        let doubt = StatusFacts { clock_doubt: true, ..facts() }.words(&words);
        assert!(doubt.network.starts_with("CLOCK IN DOUBT") && !doubt.queue.contains("safe"));
    }

    #[test]
    fn the_agents_reader_is_named_until_the_agent_is_signed_in() {
        let words = Words::new(Lang::En);
        let open = facts().words(&words);
        assert_eq!(open.readers, "agent reader: a card \u{b7} customer reader: a card");
        let agent = SignedIn {
            name: "Priya Shah".into(),
            role: Role::RaAgent,
            organisation: "Royal Cornwall".into(),
            ods: "REF".parse().unwrap(),
        };
        let signed_in = StatusFacts { agent: Some(agent), ..facts() }.words(&words);
        assert_eq!(signed_in.readers, "customer reader: a card");
        assert_eq!(signed_in.role, "RA Agent, Royal Cornwall (REF)");
        let one = StatusFacts { agent_reader: None, ..facts() }.words(&words);
        assert_eq!(one.readers, "reader: a card");
    }

    #[test]
    fn the_demo_says_so_in_both_languages() {
        for lang in Lang::ALL {
            let status = StatusFacts { demo: true, ..facts() }.words(&Words::new(lang));
            assert!(status.demo.starts_with("DEMO"), "{lang:?}");
        }
    }
}
