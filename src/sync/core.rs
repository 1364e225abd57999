//! What the sync worker does next: a pure state machine. Time and randomness come by argument; it talks to nobody.
//!
//! The worker asks [`Core::next`] with a [`View`] of the store, does that one thing, and tells the outcome with
//! [`Core::done`]. Each kind of work is a lane with its own back-off, so that a poison event never holds up revocations;
//! a network that is away holds up all lanes at once (`notes` sync 1.1, error classes).

use crate::wire::message::ProblemCode;

/// Events in one push at most.
pub const PUSH_EVENTS: u32 = 200;
/// Bytes of events in one push at most.
pub const PUSH_BYTES: usize = 256 * 1024;
/// Shortest wait after a failure, milliseconds.
pub const RETRY_MIN: u64 = 1_000;
/// Longest wait after failures.
pub const RETRY_MAX: u64 = 15 * 60_000;
/// Longest wait while a cancel or a spoilt card is waiting.
pub const URGENT_RETRY_MAX: u64 = 30_000;
/// How often a desk that central stopped asks whether it may go on.
pub const STOPPED_RETRY: u64 = 15 * 60_000;
/// How often the feed is asked when nothing else happens: the one thing an idle desk does.
pub const FEED_EVERY: u64 = 60_000;
/// How often central's head is compared at least: a desk with nothing to send notices a restored central by it.
pub const HEAD_EVERY: u64 = 3_600_000;
/// How often the revocation list is fetched at least; it expires if it is not.
pub const REVOCATIONS_EVERY: u64 = 30 * 60_000;
/// How often the roster is fetched at least.
pub const ROSTER_EVERY: u64 = 4 * 3_600_000;
/// How often a due renewal of the desk's certificate is asked for: central gives the present one again until half of its
/// life is over, and there are 60 days for it. A failure is tried again like any other.
pub const RENEW_EVERY: u64 = 24 * 3_600_000;
/// Failures of one blob after which the next one has its turn.
pub const BLOB_TRIES: u32 = 3;

/// What the store and the clock say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Monotonic milliseconds.
    pub now: u64,
    /// Events wait.
    pub waiting: bool,
    /// One of them is urgent.
    pub urgent: bool,
    /// A blob waits.
    pub blob: bool,
    /// A third of the certificate's life is over.
    pub renew: bool,
}

/// The one thing to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Ask where central stands: a push without events.
    AskHead,
    /// Push from the first waiting event on.
    Push {
        /// This many at most.
        count: u32,
        /// All up to the urgent ones: no other work comes between.
        urgent: bool,
    },
    /// Send the next piece of a blob.
    Blob {
        /// Blobs to pass over, because they failed too often just now.
        skip: u32,
    },
    /// Ask for the next page of the feed.
    Feed,
    /// Forget the feed's cursor: central does not know it.
    ResetFeed,
    /// Fetch the revocation list.
    Revocations,
    /// Fetch the roster.
    Roster,
    /// Renew the desk's certificate.
    Renew,
    /// Fetch central's word on this desk: its epoch may be a new one.
    Record,
    /// Nothing before this time, unless something new happens.
    Wait {
        /// Monotonic milliseconds.
        until: u64,
    },
}

/// What went wrong with one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Not reached, cut off, too slow, or TLS failed.
    Network,
    /// Central answered with something that is not of the form, or a statement did not check.
    NotUnderstood,
    /// Central said no.
    Problem {
        /// Why.
        code: ProblemCode,
        /// Wait this long, milliseconds, if it said so.
        retry_after: Option<u64>,
    },
    /// The store could not keep what was learned; it is asked for again.
    Store,
}

/// Why a desk does not push any more until central or a manager mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Its certificate was revoked.
    Revoked,
    /// It is quarantined.
    Quarantined,
    /// This program is too old.
    TooOld,
    /// Central is of another environment.
    OtherEnvironment,
    /// Central has events this desk does not know: the desk is an old copy of itself.
    RolledBack,
    /// Central has another event under the same number: two desks with one identity.
    Forked,
    /// Central does not take the certificate: a new invite is needed.
    NeedsInvite,
}

/// Where the desk's chain stands, beside central's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnChain {
    /// Last number here.
    pub head: u64,
    /// Last number central acknowledged.
    pub acked: u64,
    /// Hash of the event with central's number, if it is still here.
    pub hash_at: Option<[u8; 32]>,
}

/// What comparing heads shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// Central has a beginning of this chain.
    InStep,
    /// Central has less than it had acknowledged: it was restored, everything after its head goes again.
    CentralBehind,
    /// Central has more than this desk.
    RolledBack,
    /// Central has something else.
    Forked,
}

/// Compares central's head with the own chain.
pub fn compare(own: OwnChain, central_seq: u64, central_hash: &[u8]) -> Heads {
    if central_seq > own.head {
        return Heads::RolledBack;
    }
    if central_seq > 0 && own.hash_at.is_some_and(|hash| hash.as_slice() != central_hash) {
        return Heads::Forked;
    }
    if central_seq < own.acked { Heads::CentralBehind } else { Heads::InStep }
}

/// How one exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// [`Action::AskHead`] or [`Action::Push`]: the heads were compared and the answer is stored.
    Pushed(Result<Heads, Trouble>),
    /// [`Action::Blob`].
    Blob(Result<BlobStep, Trouble>),
    /// [`Action::Feed`]: the page is stored.
    Feed(Result<FeedStep, Trouble>),
    /// [`Action::ResetFeed`].
    FeedReset(Result<(), Trouble>),
    /// [`Action::Revocations`]: stored.
    Revocations(Result<(), Trouble>),
    /// [`Action::Roster`]: stored.
    Roster(Result<(), Trouble>),
    /// [`Action::Renew`]: stored.
    Renewed(Result<(), Trouble>),
    /// [`Action::Record`]: stored. With another epoch the caller begins anew with [`Core::restart`].
    Record(Result<(), Trouble>),
}

/// What a blob exchange brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobStep {
    /// A piece is there; more to send.
    Piece,
    /// All of it is there, or there was none to send.
    Whole,
}

/// What a feed page said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedStep {
    /// There is more already.
    pub more: bool,
    /// The roster is newer than the one here.
    pub roster: bool,
    /// The revocation list is newer than the one here.
    pub revocations: bool,
    /// There is something in it that this program can't read.
    pub unread: bool,
}

/// One lane's patience.
#[derive(Debug, Clone, Copy, Default)]
struct Backoff {
    failures: u32,
    not_before: u64,
}

impl Backoff {
    /// Full jitter: anything between the shortest wait and the doubled one, so that 3,000 desks do not come at once.
    fn fail(&mut self, now: u64, random: u64, at_least: Option<u64>, most: u64) {
        let ceiling = RETRY_MIN.saturating_mul(1 << self.failures.min(20)).clamp(RETRY_MIN, most);
        let wait = RETRY_MIN + random % (ceiling - RETRY_MIN + 1);
        self.failures = self.failures.saturating_add(1);
        // Central's own word counts, within the longest wait we would choose ourselves.
        let wait = wait.max(at_least.unwrap_or(0).min(RETRY_MAX));
        self.not_before = now.saturating_add(wait);
    }

    fn ready(&self, now: u64) -> bool {
        now >= self.not_before
    }
}

/// The state machine.
#[derive(Debug, Clone)]
pub struct Core {
    network: Backoff,
    push: Backoff,
    blob: Backoff,
    feed: Backoff,
    revocations: Backoff,
    roster: Backoff,
    renew: Backoff,
    head_known: bool,
    head_due: u64,
    record_wanted: bool,
    count: u32,
    blob_skip: u32,
    blob_failures: u32,
    feed_due: u64,
    feed_reset: bool,
    feed_was_reset: bool,
    revocations_due: u64,
    roster_due: u64,
    renew_due: u64,
    stop: Option<(Stop, u64)>,
    urgent: bool,
    stuck: bool,
}

impl Default for Core {
    fn default() -> Self {
        Self::new()
    }
}

impl Core {
    /// At the start: everything is due.
    pub fn new() -> Self {
        Self {
            network: Backoff::default(),
            push: Backoff::default(),
            blob: Backoff::default(),
            feed: Backoff::default(),
            revocations: Backoff::default(),
            roster: Backoff::default(),
            renew: Backoff::default(),
            head_known: false,
            head_due: 0,
            record_wanted: false,
            count: PUSH_EVENTS,
            blob_skip: 0,
            blob_failures: 0,
            feed_due: 0,
            feed_reset: false,
            feed_was_reset: false,
            revocations_due: 0,
            roster_due: 0,
            renew_due: 0,
            stop: None,
            urgent: false,
            stuck: false,
        }
    }

    /// Why the desk does not push, if it does not.
    pub fn stopped(&self) -> Option<Stop> {
        self.stop.map(|(why, _)| why)
    }

    /// One event alone is refused by central as a request: support is needed; everything but pushing goes on.
    pub fn stuck(&self) -> bool {
        self.stuck
    }

    /// Something urgent was committed: the next push does not wait.
    pub fn urgent(&mut self) {
        self.network.not_before = 0;
        self.push.not_before = 0;
    }

    /// A person said "now", or the network came back: nothing waits, even what central stopped.
    pub fn now(&mut self) {
        for lane in self.lanes() {
            lane.not_before = 0;
        }
        self.feed_due = 0;
        if let Some((_, until)) = &mut self.stop {
            *until = 0;
        }
    }

    /// The desk was enrolled again or got a new epoch: everything is asked anew.
    pub fn restart(&mut self) {
        *self = Self::new();
    }

    fn lanes(&mut self) -> [&mut Backoff; 7] {
        [
            &mut self.network,
            &mut self.push,
            &mut self.blob,
            &mut self.feed,
            &mut self.revocations,
            &mut self.roster,
            &mut self.renew,
        ]
    }

    /// What to do now. Events before lists, lists before the feed, bulky things last; an urgent event before all.
    pub fn next(&mut self, view: &View) -> Action {
        let now = view.now;
        self.urgent = view.urgent;
        if let Some((_, until)) = self.stop {
            return if now >= until { Action::AskHead } else { Action::Wait { until } };
        }
        if !self.network.ready(now) {
            return Action::Wait { until: self.network.not_before };
        }
        let mut wake = now.saturating_add(FEED_EVERY);
        let mut due = |wanted: bool, at: u64| {
            if wanted && at > now {
                wake = wake.min(at);
            }
            wanted && at <= now
        };
        let push = Action::Push { count: self.count, urgent: view.urgent };
        let feed = if self.feed_reset { Action::ResetFeed } else { Action::Feed };
        let work = [
            (due(self.record_wanted, self.push.not_before), Action::Record),
            (due(!self.record_wanted, self.head_due.max(self.push.not_before)), Action::AskHead),
            (due(view.urgent && self.head_known, self.push.not_before), push),
            (due(true, self.revocations_due.max(self.revocations.not_before)), Action::Revocations),
            (due(view.waiting && self.head_known, self.push.not_before), push),
            (due(true, self.roster_due.max(self.roster.not_before)), Action::Roster),
            (due(true, self.feed_due.max(self.feed.not_before)), feed),
            (due(view.renew, self.renew_due.max(self.renew.not_before)), Action::Renew),
            (due(view.blob, self.blob.not_before), Action::Blob { skip: self.blob_skip }),
        ];
        work.into_iter().find(|(ready, _)| *ready).map_or(Action::Wait { until: wake }, |(_, action)| action)
    }

    /// How the last action ended. `random` is fresh for every call.
    pub fn done(&mut self, now: u64, random: u64, done: Done) {
        match done {
            Done::Pushed(Ok(heads)) => {
                self.went_well();
                self.push = Backoff::default();
                self.stuck = false;
                // A batch that had to shrink grows back slowly, so that a poison event costs few tries.
                self.count = self.count.saturating_mul(2).min(PUSH_EVENTS);
                self.head_known = true;
                self.head_due = now + HEAD_EVERY;
                self.stop = match heads {
                    Heads::InStep | Heads::CentralBehind => None,
                    Heads::RolledBack => Some((Stop::RolledBack, now + STOPPED_RETRY)),
                    Heads::Forked => Some((Stop::Forked, now + STOPPED_RETRY)),
                };
            }
            Done::Pushed(Err(trouble)) => self.push_failed(now, random, trouble),
            Done::Blob(Ok(step)) => {
                self.went_well();
                self.blob = Backoff::default();
                if step == BlobStep::Whole {
                    (self.blob_skip, self.blob_failures) = (0, 0);
                }
            }
            Done::Blob(Err(trouble)) => self.blob_failed(now, random, trouble),
            Done::Feed(Ok(step)) => self.fed(now, step),
            Done::Feed(Err(trouble)) => self.feed_failed(now, random, trouble),
            Done::FeedReset(Ok(())) => {
                self.feed_reset = false;
                self.feed_was_reset = true;
                self.feed_due = now;
                // A central that forgot the cursor may have forgotten events as well.
                self.head_due = now;
            }
            Done::Revocations(Ok(())) => {
                self.went_well();
                self.revocations = Backoff::default();
                self.revocations_due = now + REVOCATIONS_EVERY;
            }
            Done::Roster(Ok(())) => {
                self.went_well();
                self.roster = Backoff::default();
                self.roster_due = now + ROSTER_EVERY;
            }
            Done::Renewed(Ok(())) => {
                self.went_well();
                self.renew = Backoff::default();
                self.renew_due = now + RENEW_EVERY;
            }
            Done::Record(Ok(())) => {
                self.went_well();
                self.record_wanted = false;
            }
            Done::Record(Err(trouble)) => self.failed(now, random, trouble, |core| &mut core.push),
            Done::FeedReset(Err(trouble)) => self.failed(now, random, trouble, |core| &mut core.feed),
            Done::Revocations(Err(trouble)) => self.failed(now, random, trouble, |core| &mut core.revocations),
            Done::Roster(Err(trouble)) => self.failed(now, random, trouble, |core| &mut core.roster),
            Done::Renewed(Err(trouble)) => self.failed(now, random, trouble, |core| &mut core.renew),
        }
    }

    fn fed(&mut self, now: u64, step: FeedStep) {
        self.went_well();
        self.feed = Backoff::default();
        self.feed_was_reset = false;
        self.feed_due = if step.more { now } else { now + FEED_EVERY };
        if step.roster {
            self.roster_due = now;
        }
        if step.revocations {
            self.revocations_due = now;
        }
    }

    fn went_well(&mut self) {
        self.network = Backoff::default();
    }

    /// The common part of all failures: network, stop, or the lane alone.
    fn failed(&mut self, now: u64, random: u64, trouble: Trouble, lane: fn(&mut Core) -> &mut Backoff) {
        let most = if self.urgent { URGENT_RETRY_MAX } else { RETRY_MAX };
        match trouble {
            Trouble::Network => self.network.fail(now, random, None, most),
            Trouble::Problem { code, retry_after } => {
                self.went_well();
                if let Some(stop) = stops(code) {
                    self.stop = Some((stop, now + STOPPED_RETRY));
                } else {
                    let most = if retry_after.is_some() { RETRY_MAX } else { most };
                    lane(self).fail(now, random, retry_after, most);
                }
            }
            Trouble::NotUnderstood | Trouble::Store => lane(self).fail(now, random, None, most),
        }
    }

    fn push_failed(&mut self, now: u64, random: u64, trouble: Trouble) {
        if let Trouble::Problem { code, .. } = trouble {
            match code {
                // Without events in the push only the epoch can be wrong: a manager released the desk with a new one.
                ProblemCode::ChainBroken if !self.head_known || self.stop.is_some() => {
                    (self.stop, self.record_wanted) = (None, true);
                }
                ProblemCode::ChainBroken => (self.head_known, self.head_due) = (false, now),
                ProblemCode::BadRequest | ProblemCode::BadSignature => {
                    // One of them is poison as a request: halve until it is alone.
                    self.stuck = self.count == 1;
                    self.count = (self.count / 2).max(1);
                }
                _ => {}
            }
        }
        self.failed(now, random, trouble, |core| &mut core.push);
        if let (Some((_, until)), Trouble::Network) = (&mut self.stop, trouble) {
            *until = self.network.not_before.max(now.saturating_add(RETRY_MIN));
        }
    }

    fn blob_failed(&mut self, now: u64, random: u64, trouble: Trouble) {
        self.failed(now, random, trouble, |core| &mut core.blob);
        if trouble != Trouble::Network {
            self.blob_failures += 1;
            if self.blob_failures >= BLOB_TRIES {
                self.blob_failures = 0;
                self.blob_skip = self.blob_skip.saturating_add(1);
            }
        }
    }

    fn feed_failed(&mut self, now: u64, random: u64, trouble: Trouble) {
        let unknown_cursor =
            matches!(trouble, Trouble::Problem { code: ProblemCode::BadRequest | ProblemCode::NotFound, .. });
        if unknown_cursor && !self.feed_was_reset {
            // A cursor central does not know is a normal answer after a restore, and not fatal.
            self.feed_reset = true;
            return;
        }
        self.failed(now, random, trouble, |core| &mut core.feed);
    }
}

/// Which answers end all pushing until somebody mends something.
fn stops(code: ProblemCode) -> Option<Stop> {
    match code {
        ProblemCode::DeskRevoked => Some(Stop::Revoked),
        ProblemCode::DeskQuarantined => Some(Stop::Quarantined),
        ProblemCode::TooOld => Some(Stop::TooOld),
        ProblemCode::OtherEnvironment => Some(Stop::OtherEnvironment),
        ProblemCode::NotADesk => Some(Stop::NeedsInvite),
        _ => None,
    }
}

#[cfg(test)]
#[path = "core_tests.rs"]
mod tests;
