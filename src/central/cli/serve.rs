//! `serve`: listens until it is told to stop.

use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::args::Serve;
use super::{CliFault, Out, load, open, say};
use crate::central::config::{Config, sqlite_path};
use crate::central::handlers::router;
use crate::central::tls::{self, ServeConfig};
use crate::domain::Environment;

pub fn serve(args: &Serve, mut config: Config, out: Out<'_>) -> Result<(), CliFault> {
    let data = &args.data.data;
    if load(data)?.environment() == Environment::Demo {
        return Err(CliFault::unchanged(
            "This folder was made for the demo, which runs inside the desk alone.",
            "Make a folder with 'ra-central init --environment trial' or 'live'.",
        ));
    }
    if let Some(address) = &args.database {
        let path = sqlite_path(address);
        config.database = Some(path.ok_or_else(|| {
            CliFault::unchanged(
                "--database must be 'sqlite:' and a path; PostgreSQL is not built in.",
                "Give --database sqlite:ra-central.sqlite, or leave it out.",
            )
        })?);
    }
    if let Some(listen) = args.listen {
        config.listen = listen;
        let own = listen.ip();
        if !own.is_unspecified() && !config.names.contains(&own.to_string()) {
            config.names.push(own.to_string());
        }
    }
    let central = open(data, &config)?;
    // Begun now, so that it is ready when the first desk asks.
    central.likeness.index(&central.store, central.now());
    let names: Vec<&str> = config.names.iter().map(String::as_str).collect();
    let tls = ServeConfig::new(Arc::clone(&central.authority), &names, Arc::clone(&central.clock));
    let tls = tls.map_err(|fault| CliFault::unchanged(fault, "Look at 'names' in the configuration."))?;
    let failed = |error: std::io::Error| {
        CliFault::new(
            format!("Central can't listen on {}: {error}", config.listen),
            "What desks sent before is safe.",
            "Is another program on this port? Give another one with --listen.",
        )
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        say(out, format!("RA Central, {}, listens on {address}", central.authority.environment()))?;
        tls::serve(listener, router(&central), tls, stop_signal()).await.map_err(failed)
    })?;
    say(out, "Stopped. Everything that was acknowledged is on the disk.")
}

/// Ctrl-C, or the signal a service manager sends.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without a handler the signal ends the process by itself, which loses nothing either.
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// For messages: a path as it was given.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}
