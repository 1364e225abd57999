//! The service every desk syncs to. See `ra_desk::central::cli`.

use std::process::ExitCode;

use ra_desk::central::cli;
use ra_desk::logs;
use tracing::level_filters::LevelFilter;

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
    let filter = logs::filter(std::env::var("RA_CENTRAL_LOG").ok().as_deref(), LevelFilter::WARN);
    logs::start(filter, std::io::stderr).map_err(|error| anyhow::anyhow!("logging can't be started: {error}"))
}
