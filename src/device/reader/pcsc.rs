//! PC/SC: the real readers. Facts and traps are in `notes` cards, section 5.

use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pcsc::{Card, Context, Disposition, Error, PNP_NOTIFICATION, Protocol, Protocols, Scope, ShareMode, State};

use super::{Connection, Ending, READERS_MAX, ReaderBackend, ReaderSeen, ReaderState, Share, Watch, WatchEnd};
use crate::card::channel::{Channel, ChannelFault};

/// How long a card may be in use by another before that is told: the card service needs a moment to notice that a desk was
/// killed, and other programs look at a new card for a moment.
const IN_USE_WAIT: Duration = Duration::from_secs(2);
/// The pause between two tries.
const IN_USE_PAUSE: Duration = Duration::from_millis(50);

/// The smartcard service of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct PcscBackend;

impl ReaderBackend for PcscBackend {
    fn watch(&self) -> Result<Box<dyn Watch>, ChannelFault> {
        let context = Context::establish(Scope::User).map_err(fault)?;
        Ok(Box::new(PcscWatch { context, readers: Vec::new(), looked: false, stopped: Arc::default() }))
    }

    /// A context of its own for each connection: it costs about a millisecond, and one that outlived its service is
    /// dead for ever (`notes` cards 5).
    fn connect(&self, reader: &str, share: Share) -> Result<Box<dyn Connection>, ChannelFault> {
        let name = CString::new(reader).map_err(|_| ChannelFault::ReaderGone)?;
        let context = Context::establish(Scope::User).map_err(fault)?;
        let card = connect_patiently(&context, &name, mode(share)).map_err(fault)?;
        // The attribute query for the ATR is not offered by every reader; the status is.
        let status = card.status2_owned();
        let (atr, protocol) = match &status {
            Ok(status) => (status.atr().to_vec(), status.protocol2()),
            Err(error) => {
                let fault = fault(*error);
                let _ = card.disconnect(Disposition::LeaveCard);
                return Err(fault);
            }
        };
        Ok(Box::new(PcscConnection { card: Some(card), atr, t0: protocol == Some(Protocol::T0) }))
    }
}

/// Connects; a card that another program is at is tried again for [`IN_USE_WAIT`].
fn connect_patiently(context: &Context, name: &CStr, mode: ShareMode) -> Result<Card, Error> {
    let until = Instant::now() + IN_USE_WAIT;
    loop {
        match context.connect(name, mode, Protocols::ANY) {
            Err(Error::SharingViolation) if Instant::now() < until => std::thread::sleep(IN_USE_PAUSE),
            result => return result,
        }
    }
}

fn mode(share: Share) -> ShareMode {
    match share {
        Share::Shared => ShareMode::Shared,
        Share::Exclusive => ShareMode::Exclusive,
    }
}

/// What a PC/SC error means for us (`notes` cards 5). Removal and protocol failure have no signal of their own: both end
/// the connection, and a new one shows which it was.
fn fault(error: Error) -> ChannelFault {
    match error {
        Error::ResetCard | Error::UnpoweredCard => ChannelFault::CardReset,
        Error::SharingViolation => ChannelFault::InUse,
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable => ChannelFault::ReaderGone,
        Error::NoService
        | Error::ServiceStopped
        | Error::CommError
        | Error::InvalidHandle
        | Error::Shutdown
        | Error::Cancelled
        | Error::SystemCancelled
        | Error::InternalError => ChannelFault::ServiceGone,
        _ => ChannelFault::CardGone,
    }
}

struct PcscConnection {
    /// Gone only once the connection was ended.
    card: Option<Card>,
    atr: Vec<u8>,
    t0: bool,
}

impl Connection for PcscConnection {
    fn atr(&self) -> Vec<u8> {
        self.atr.clone()
    }

    /// Begin waits while another program has a transaction on a shared card. PC/SC has no limit for that wait; it blocks
    /// this reader's thread alone, and exclusive connections never see it.
    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Channel)) -> Result<(), ChannelFault> {
        let t0 = self.t0;
        let card = self.card.as_mut().ok_or(ChannelFault::CardGone)?;
        let transaction = card.transaction().map_err(fault)?;
        work(&mut Wire { card: &transaction, t0 });
        // An error here says that card or service went away; the work has noticed or the next task will.
        drop(transaction.end(Disposition::LeaveCard));
        Ok(())
    }

    fn share(&mut self, share: Share) -> Result<(), ChannelFault> {
        let card = self.card.as_mut().ok_or(ChannelFault::CardGone)?;
        card.reconnect(mode(share), Protocols::ANY, Disposition::LeaveCard).map_err(fault)
    }

    fn end(mut self: Box<Self>, ending: Ending) {
        self.disconnect(ending);
    }
}

impl PcscConnection {
    fn disconnect(&mut self, ending: Ending) {
        let disposition = match ending {
            Ending::LeaveCard => Disposition::LeaveCard,
            Ending::Unpower => Disposition::UnpowerCard,
        };
        if let Some(card) = self.card.take()
            && let Err((card, error)) = card.disconnect(disposition)
        {
            tracing::debug!(%error, "a card connection could not be ended");
            drop(card); // its handle is dead: there is nothing the library could reset
        }
    }
}

impl Drop for PcscConnection {
    fn drop(&mut self) {
        self.disconnect(Ending::LeaveCard);
    }
}

/// The card inside a transaction.
struct Wire<'a> {
    card: &'a Card,
    t0: bool,
}

impl Channel for Wire<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        let mut buffer = [0; pcsc::MAX_BUFFER_SIZE];
        let command = if self.t0 { without_le(command) } else { command };
        match self.card.transmit(command, &mut buffer) {
            // A card pulled during the command may show itself as success with nothing, not even a status word (seen
            // with pcscd 1.9.9 and the virtual reader).
            Ok(answer) if answer.len() < 2 => Err(ChannelFault::CardGone),
            Ok(answer) => Ok(answer.to_vec()),
            Err(error) => Err(fault(error)),
        }
    }
}

/// T=0 has no command with both data and Le: the card offers its answer with 61xx (ISO/IEC 7816-3, 12.1.3).
fn without_le(command: &[u8]) -> &[u8] {
    match command.get(4) {
        Some(length) if *length > 0 && command.len() == 6 + usize::from(*length) => &command[..command.len() - 1],
        _ => command,
    }
}

struct PcscWatch {
    context: Context,
    readers: Vec<pcsc::ReaderState>,
    looked: bool,
    stopped: Arc<AtomicBool>,
}

impl PcscWatch {
    /// Makes the list of readers what the service says now. A reader that stays keeps its known state, a new one starts
    /// unaware, so that the next look answers at once.
    fn refresh(&mut self) -> Result<(), Error> {
        let names = self.context.list_readers_owned()?;
        let notification = PNP_NOTIFICATION();
        self.readers
            .retain(|reader| reader.name() == notification || names.iter().any(|name| **name == *reader.name()));
        if self.readers.is_empty() {
            self.readers.push(pcsc::ReaderState::new(notification, State::UNAWARE));
        }
        for name in names.into_iter().take(READERS_MAX) {
            if !self.readers.iter().any(|reader| *reader.name() == *name) {
                self.readers.push(pcsc::ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(())
    }

    fn picture(&self) -> Vec<ReaderSeen> {
        let notification = PNP_NOTIFICATION();
        self.readers
            .iter()
            .filter(|reader| reader.name() != notification)
            .filter(|reader| {
                let state = reader.event_state();
                // Unaware: not looked at yet. Unknown: unplugged since the list was made.
                !(state - State::CHANGED).is_empty() && !state.intersects(State::UNKNOWN | State::IGNORE)
            })
            .map(|reader| ReaderSeen { name: reader.name().to_string_lossy().into_owned(), state: state_of(reader) })
            .collect()
    }
}

fn state_of(reader: &pcsc::ReaderState) -> ReaderState {
    let state = reader.event_state();
    if state.contains(State::MUTE) {
        ReaderState::Mute
    } else if state.contains(State::PRESENT) {
        ReaderState::Present { atr: reader.atr().to_vec(), event_count: reader.event_count() }
    } else {
        ReaderState::Absent
    }
}

impl Watch for PcscWatch {
    fn wait(&mut self, longest: Duration) -> Result<Vec<ReaderSeen>, WatchEnd> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(WatchEnd::Stopped);
        }
        self.refresh().map_err(|_| WatchEnd::ServiceGone)?;
        let longest = if self.looked { longest } else { Duration::ZERO };
        self.looked = true;
        let result = self.context.get_status_change(longest, &mut self.readers);
        if self.stopped.load(Ordering::SeqCst) {
            return Err(WatchEnd::Stopped);
        }
        match result {
            Ok(()) => self.readers.iter_mut().for_each(pcsc::ReaderState::sync_current_state),
            // A reader was unplugged between the list and the look: the next list is without it.
            Err(Error::Timeout | Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable) => {}
            Err(Error::Cancelled) => return Err(WatchEnd::Stopped),
            Err(_) => return Err(WatchEnd::ServiceGone),
        }
        Ok(self.picture())
    }

    fn stopper(&self) -> Box<dyn Fn() + Send + Sync> {
        let (context, stopped) = (self.context.clone(), Arc::clone(&self.stopped));
        Box::new(move || {
            stopped.store(true, Ordering::SeqCst);
            // Racing the end of a wait gives InvalidHandle, which is as good (`notes` cards 5).
            let _ = context.cancel();
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_measured_has_its_meaning() {
        for (error, meaning) in [
            (Error::NotTransacted, ChannelFault::CardGone),
            (Error::RemovedCard, ChannelFault::CardGone),
            (Error::NoSmartcard, ChannelFault::CardGone),
            (Error::UnresponsiveCard, ChannelFault::CardGone),
            (Error::ResetCard, ChannelFault::CardReset),
            (Error::SharingViolation, ChannelFault::InUse),
            (Error::UnknownReader, ChannelFault::ReaderGone),
            (Error::CommError, ChannelFault::ServiceGone),
            (Error::NoService, ChannelFault::ServiceGone),
        ] {
            assert_eq!(fault(error), meaning, "{error:?}");
        }
    }

    #[test]
    fn le_is_left_out_for_the_older_protocol_only_behind_data() {
        assert_eq!(without_le(&[0, 0xCB, 0x3F, 0xFF, 1, 9, 0]), &[0, 0xCB, 0x3F, 0xFF, 1, 9]);
        assert_eq!(without_le(&[0, 0xC0, 0, 0, 0]), &[0, 0xC0, 0, 0, 0]);
        assert_eq!(without_le(&[0, 0x20, 0, 0x80, 1, 9]), &[0, 0x20, 0, 0x80, 1, 9]);
        assert_eq!(without_le(&[0, 0x20, 0, 0x80]), &[0, 0x20, 0, 0x80]);
    }
}
