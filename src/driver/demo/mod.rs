//! The demo: a whole desk with simulated devices and a central of its own, in one process, over real mutual TLS on loopback.

pub mod deck;
pub mod network;
pub mod panel;
pub mod printer;
pub mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use super::assemble::StartFault;
use super::cli::{Failure, log_to};
use super::kiosk::run as run_kiosk;
use super::terminal::{Screen, read_terminal};

/// Runs the demo until the agent ends it.
pub fn run(dir: Option<PathBuf>) -> Result<ExitCode, Failure> {
    let kept = dir.is_some();
    let dir = match dir {
        Some(dir) => dir,
        None => world::temporary_folder().map_err(StartFault::from)?,
    };
    log_to(&dir.join("ra-desk.log"));
    eprintln!("RA Desk demo: making central, forty people and their cards. One moment.");
    let made = world::make(&dir).map_err(|fault| {
        Failure::harmless(
            format!("The demo could not start: {fault}."),
            "Try again; with --dir, choose an empty folder or leave it out.",
        )
    })?;
    let world::World { mut engine, sender, arrivals, mut panel, central } = made;
    let mut screen = Screen::enter(Default::default()).map_err(StartFault::from)?;
    let forget = (!kept).then(|| dir.clone());
    let gone = {
        let forget = forget.clone();
        move || {
            world::forget(forget.as_deref());
            std::process::exit(1)
        }
    };
    read_terminal(sender, gone).map_err(StartFault::from)?;
    let ended = run_kiosk(&mut engine, &mut screen, &mut panel, &arrivals);
    drop(screen);
    drop(engine);
    central.stop();
    world::forget(forget.as_deref());
    ended.map_err(StartFault::from)?;
    Ok(ExitCode::SUCCESS)
}
