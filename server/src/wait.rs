//! Waiting for another process at the start: not in silence, and not for ever.

use std::{
    env, process,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// How long a start waits.
pub(crate) static LIMIT: LazyLock<Duration> = LazyLock::new(|| {
    let seconds = env::var("SUNSET_START_SECONDS").ok().and_then(|text| text.parse().ok());
    let seconds = seconds.filter(|seconds| (0.1..=86_400.0).contains(seconds));
    seconds.map_or(Duration::from_secs(180), Duration::from_secs_f64)
});

/// What takes no longer needs no words.
const NOTICE: Duration = Duration::from_secs(3);

/// Between two looks whether it is over.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// One thing that is waited for.
#[derive(Debug)]
pub(crate) struct Wait {
    since: Instant,
    has_said: bool,
}

impl Wait {
    pub(crate) fn begin() -> Self {
        Self { since: Instant::now(), has_said: false }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lasts(*LIMIT)
    }

    pub(crate) fn lasts(&self, time: Duration) -> bool {
        self.since.elapsed() >= time
    }

    /// Whether it is time for [`Self::say`].
    pub(crate) fn is_long(&self) -> bool {
        !self.has_said && self.lasts(NOTICE.min(*LIMIT / 3))
    }

    /// Says once what is waited for.
    pub(crate) fn say(&mut self, words: &str) {
        self.has_said = true;
        tracing::warn!("{words}; this waits for up to {} seconds", LIMIT.as_secs());
        // Commands that print a report keep no log.
        if !tracing::dispatcher::has_been_set() {
            eprintln!("{words}; this waits for up to {} seconds.", LIMIT.as_secs());
        }
    }
}

/// How this process names itself to others.
pub(crate) fn myself() -> String {
    let host = nix::unistd::gethostname().map_or_else(|_| "?".into(), |name| name.to_string_lossy().into_owned());
    format!("{} on {host}", process::id())
}
