//! What is written to a log: one way to say it, for the desk (`RA_DESK_LOG`) and central (`RA_CENTRAL_LOG`).

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// The filter that a variable of the environment asks for: levels such as `debug`, for everything or for a module, parted by
/// commas (`warn,ra_desk::sync=debug`). Without the variable, and when it says nothing or can't be understood, `otherwise`.
///
/// Not by `EnvFilter`, which can filter by spans too: there are none here, and it brings a megabyte of regular expressions.
pub fn filter(asked: Option<&str>, otherwise: LevelFilter) -> Targets {
    // An empty part would be a module without a name, which is every module, in every detail.
    let parts: Vec<_> = asked.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let read = parts.join(",").parse().ok().filter(|_| !parts.is_empty());
    read.unwrap_or_else(|| Targets::new().with_default(otherwise))
}

/// Logs what the filter lets through to `writer`, without colours.
///
/// Errors: this process logs already.
pub fn start<W>(filter: Targets, writer: W) -> Result<(), TryInitError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    tracing_subscriber::registry().with(lines).with(filter).try_init()
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    fn most(asked: Option<&str>, target: &str) -> Option<Level> {
        let filter = filter(asked, LevelFilter::INFO);
        let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
        levels.into_iter().find(|level| filter.would_enable(target, level))
    }

    #[test]
    fn a_level_holds_for_everything_and_a_module_may_have_its_own() {
        assert_eq!(most(Some("warn"), "ra_desk::sync"), Some(Level::WARN));
        assert_eq!(most(Some("DEBUG"), "ureq"), Some(Level::DEBUG));
        assert_eq!(most(Some("off"), "ra_desk"), None);
        let both = Some("error, ra_desk::sync=debug ,hyper=off");
        assert_eq!(most(both, "ra_desk::sync::worker"), Some(Level::DEBUG));
        assert_eq!(most(both, "ra_desk::store"), Some(Level::ERROR));
        assert_eq!(most(both, "hyper::proto"), None);
    }

    #[test]
    fn nothing_asked_or_nothing_understood_is_the_usual_level_and_never_everything() {
        for asked in [None, Some(""), Some(" , ,"), Some("ra_desk=loud"), Some("a=b=c")] {
            assert_eq!(most(asked, "ra_desk::sync"), Some(Level::INFO), "{asked:?}");
        }
        assert_eq!(most(Some("warn,"), "ra_desk::sync"), Some(Level::WARN));
        assert_eq!(most(Some("warn,,ra_desk::store=info"), "hyper"), Some(Level::WARN));
    }
}
