//! The watcher: one thread that looks at all readers and tells what changed. Survives the death of the service.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::actor::ReaderReport;
use super::{ReaderBackend, ReaderEvent, ReaderSeen, ReaderState, Sink, Watch, WatchEnd, join_within};

/// The longest wait for one change. Changes end the wait early; this only bounds a service that forgot us.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// First and longest pause before the service is tried again.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

type Stopper = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct Shared {
    stop: AtomicBool,
    stopper: Mutex<Option<Stopper>>,
}

impl Shared {
    fn set_stopper(&self, stopper: Option<Stopper>) {
        *self.stopper.lock().unwrap_or_else(PoisonError::into_inner) = stopper;
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// The running watcher.
pub(super) struct Watcher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    pub(super) fn start(backend: Arc<dyn ReaderBackend>, sink: Sink) -> Self {
        let shared = Arc::new(Shared::default());
        let inside = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("card-watch".into()).spawn(move || {
            watch_until_stopped(&*backend, &sink, &inside);
        });
        if let Err(error) = &thread {
            tracing::error!(%error, "no thread for the reader watch");
        }
        Self { shared, thread: thread.ok() }
    }

    pub(super) fn stop(self, longest: Duration) -> bool {
        self.shared.stop.store(true, Ordering::SeqCst);
        let Some(thread) = self.thread else { return true };
        // Called again and again: a stop that comes just before the wait begins would else be lost.
        let mut left = longest;
        while !thread.is_finished() && !left.is_zero() {
            thread.thread().unpark();
            if let Some(stopper) = &*self.shared.stopper.lock().unwrap_or_else(PoisonError::into_inner) {
                stopper();
            }
            let nap = Duration::from_millis(5).min(left);
            std::thread::sleep(nap);
            left -= nap;
        }
        join_within(thread, Duration::ZERO)
    }
}

fn watch_until_stopped(backend: &dyn ReaderBackend, sink: &Sink, shared: &Shared) {
    let mut picture = Picture::default();
    let mut pause = BACK_OFF.0;
    while !shared.stopped() {
        if let Ok(mut watch) = backend.watch() {
            shared.set_stopper(Some(watch.stopper()));
            let seen_any = look(&mut *watch, sink, shared, &mut picture);
            shared.set_stopper(None);
            if seen_any {
                pause = BACK_OFF.0;
            }
        }
        if !shared.stopped() {
            picture.lose(sink);
            nap(pause, shared);
            pause = (pause * 2).min(BACK_OFF.1);
        }
    }
}

/// Looks until the service is gone or the watcher is stopped. Says whether there was any picture.
fn look(watch: &mut dyn Watch, sink: &Sink, shared: &Shared, picture: &mut Picture) -> bool {
    let mut seen_any = false;
    while !shared.stopped() {
        match watch.wait(LONGEST_WAIT) {
            Ok(seen) => {
                picture.update(seen, sink);
                seen_any = true;
            }
            Err(WatchEnd::Stopped) => {}
            Err(WatchEnd::ServiceGone) => break,
        }
    }
    seen_any
}

/// Sleeps without waking in between: a desk without its reader service is as idle as one with it. A stop unparks.
fn nap(pause: Duration, shared: &Shared) {
    let end = Instant::now() + pause;
    while !shared.stopped() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        std::thread::park_timeout(left);
    }
}

/// What was told last; only differences are told.
#[derive(Default)]
struct Picture {
    lost: bool,
    readers: BTreeMap<String, ReaderState>,
}

impl Picture {
    fn update(&mut self, seen: Vec<ReaderSeen>, sink: &Sink) {
        if std::mem::take(&mut self.lost) {
            sink(ReaderReport::Event(ReaderEvent::ServiceBack));
        }
        let gone: Vec<String> =
            self.readers.keys().filter(|name| !seen.iter().any(|reader| reader.name == **name)).cloned().collect();
        for name in gone {
            self.readers.remove(&name);
            sink(ReaderReport::Event(ReaderEvent::Gone { name }));
        }
        for reader in seen {
            if self.readers.get(&reader.name) != Some(&reader.state) {
                self.readers.insert(reader.name.clone(), reader.state.clone());
                sink(ReaderReport::Event(ReaderEvent::State(reader)));
            }
        }
    }

    fn lose(&mut self, sink: &Sink) {
        if !std::mem::replace(&mut self.lost, true) {
            self.readers.clear();
            sink(ReaderReport::Event(ReaderEvent::ServiceLost));
        }
    }
}
