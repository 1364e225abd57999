//! A PIV card in software, for tests only. It plugs into vpcd, the virtual reader of the vsmartcard
//! project, and is seen by every PC/SC program as an ordinary card in an ordinary reader.
//!
//! The card itself is the `piv-authenticator` applet, the one real keys carry. This package adds what
//! such an applet expects from the device around it (storage, random numbers, power) and the faults
//! tests need: a card that is pulled before or after a chosen command.
//!
//! One process is one card in the reader. Ending the process pulls the card. The same image folder
//! is the same card.

mod args;
mod card;
mod dispatch;
mod faults;
mod image;
mod platform;
mod wire;

use std::net::TcpStream;
use std::os::linux::net::TcpStreamExt as _;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use args::{Args, Parsed};
use card::{CardApp, PowerState, Session};
use faults::{ApduLog, Faults};
use image::Image;

/// How long to wait for the reader to listen, unless `--once` is given.
const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// Pause between two attempts to connect.
const CONNECT_PAUSE: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    let args = match args::parse(std::env::args().skip(1)) {
        Ok(Parsed::Run(args)) => args,
        Ok(Parsed::Help) => {
            print!("{}", args::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprintln!("virtual-card: {why}\n\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("virtual-card: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the card until the reader goes away, which is the ordinary end.
fn run(args: &Args) -> Result<(), String> {
    let mut image = Image::open(&args.image, args.seed, args.serial)?;
    if !image.is_formatted() {
        // Before the reader sees the card: a card killed during its first start is made anew next time.
        platform::with_power(&mut image, |app| app.first_start())??;
        image.mark_formatted()?;
    }
    let mut faults = Faults::new(args.die_before, args.die_after, ApduLog::open(args.apdu_log.as_deref())?);
    let stream = connect(&args.connect, args.once)?;
    let quick = stream.try_clone().map_err(|err| format!("cannot watch the connection: {err}"))?;
    acknowledge_at_once(&quick)?;
    let mut reader = vpicc::Connection::from(stream);
    let serial = image.serial();
    loop {
        // One turn is one time under power: rights live in memory and end with it, as on a real card.
        let state = platform::with_power(&mut image, |app| {
            serve(&mut reader, &quick, Session::new(app, serial, &mut faults))
        })??;
        if state == PowerState::ReaderGone {
            return Ok(());
        }
    }
}

/// Answers the reader until power goes off, the card is reset or the reader closes the connection.
fn serve<A: CardApp>(
    reader: &mut vpicc::Connection,
    quick: &TcpStream,
    mut session: Session<'_, A>,
) -> Result<PowerState, String> {
    while session.state() == PowerState::On {
        if let Err(err) = reader.poll(&mut session) {
            use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
            return match err.kind() {
                UnexpectedEof | ConnectionReset | BrokenPipe => Ok(PowerState::ReaderGone),
                _ => Err(format!("the reader spoke nonsense: {err}")),
            };
        }
        acknowledge_at_once(quick)?;
    }
    Ok(session.state())
}

/// vpcd sends the length and the command in two segments. With Nagle's algorithm there and delayed
/// acknowledgements here every command costs 44 ms. Linux forgets the option as it goes: set it again
/// after every message.
fn acknowledge_at_once(stream: &TcpStream) -> Result<(), String> {
    stream.set_quickack(true).map_err(|err| format!("cannot set TCP_QUICKACK: {err}"))
}

fn connect(address: &str, once: bool) -> Result<TcpStream, String> {
    let started = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(stream),
            Err(err) if once || started.elapsed() >= CONNECT_WAIT => {
                return Err(format!("no reader at {address}: {err}"));
            }
            Err(_) => thread::sleep(CONNECT_PAUSE),
        }
    }
}
