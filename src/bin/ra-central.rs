//! The service every desk syncs to. See `ra_desk::central::cli`.

use std::process::ExitCode;

use ra_desk::central::cli;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let args = cli::parse();
    match logging().and_then(|()| Ok(cli::run(args, &mut std::io::stdout())?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// To standard error, where a service manager collects it; `RA_CENTRAL_LOG` sets the filter.
fn logging() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("RA_CENTRAL_LOG").or_else(|_| EnvFilter::try_new("warn"))?;
    let logging = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    logging.try_init().map_err(|error| anyhow::anyhow!("logging can't be started: {error}"))
}
