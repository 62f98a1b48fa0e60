//! Charts without a browser: the options of `app::chart` as SVG, and SVG as PNG.
//!
//! # Layout
//! `Drawing` → `crew` (two threads and what waits for them) → `engine` (ECharts in a JavaScript engine), `raster` (SVG to
//! pixels); `files` (the script, colours and fonts that the build left in the site folder), `cache` (what was drawn already);
//! `card` (the picture of a share), with `text`.

mod cache;
pub mod card;
mod crew;
mod engine;
mod files;
mod raster;
mod text;

pub use card::{Card, Said};
pub use files::{Files, Fonts};
pub use raster::tree;

use cache::Cache;
use crew::{Crew, Job};
use std::{
    collections::HashSet,
    io,
    mem::{Discriminant, discriminant},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::oneshot;

/// Draws charts, a few at a time. Cheap to clone.
#[derive(Clone)]
pub struct Drawing(Arc<Inner>);

struct Inner {
    files: Arc<Files>,
    crew: Crew,
    limits: Limits,
    charts: Cache<str>,
    pictures: Cache<[u8]>,
    /// Kinds of failures that the log has.
    failed: Mutex<HashSet<Discriminant<DrawError>>>,
}

/// In CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// Which colours a drawing has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// The variables of the page that it stands on: light and dark by one drawing.
    Page,
    Light,
    Dark,
}

impl Theme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What one drawing may take. What it is to draw comes from logs, and those are written by anybody.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of one drawing, once it has begun.
    pub time: Duration,
    /// Of one engine, in bytes.
    pub memory: usize,
    /// The longest option and the longest SVG, in bytes; a point of a series is about 20.
    pub input: usize,
    /// Drawings that may wait.
    pub queue: usize,
    /// After so many an engine is replaced by a new one, whatever it may have kept of them.
    pub drawings: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(10), memory: 256 << 20, input: 2 << 20, queue: 64, drawings: 300 }
    }
}

/// Why there is no drawing. For the log: nobody who looks at a page can do anything about it.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    #[error("{file} cannot be read ({source}): run `make build`, or name another folder with --site-dir")]
    File { file: PathBuf, source: io::Error },
    #[error("there is too much to draw: {bytes} bytes")]
    TooLarge { bytes: usize },
    #[error("it takes too long to draw")]
    TooLong,
    #[error("too many drawings wait already")]
    Busy,
    #[error("the drawing thread has ended")]
    Ended,
    #[error("the colours are not what `make build` writes: {0}")]
    Theme(#[from] serde_json::Error),
    #[error("the JavaScript engine failed: {0}")]
    Script(String),
    #[error("the SVG is not one that can be drawn: {0}")]
    Svg(#[from] resvg::usvg::Error),
    #[error("a picture of {0:?} cannot be made")]
    Picture(Size),
}

impl Drawing {
    /// Draws with what is in the folder `draw` of the site; read when it is first needed.
    pub fn new(site: impl Into<PathBuf>) -> Self {
        Self::with_limits(site, Limits::default())
    }

    pub fn with_limits(site: impl Into<PathBuf>, limits: Limits) -> Self {
        let files = Arc::new(Files::new(site.into().join("draw")));
        let crew = Crew::start(&files, limits);
        let (charts, pictures, failed) = (Cache::default(), Cache::default(), Mutex::default());
        Self(Arc::new(Inner { files, crew, limits, charts, pictures, failed }))
    }

    /// The option of a chart (`app::chart::json`) as an SVG element, with texts escaped and ids that no other drawing has.
    ///
    /// # Errors
    /// When it is beyond the limits, or what it is drawn with is not there.
    pub async fn svg(&self, option: String, size: Size, theme: Theme) -> Result<Arc<str>, DrawError> {
        self.check(option.len())?;
        let key = cache::key(&[option.as_bytes(), format!("{size:?} {theme:?}").as_bytes()]);
        if let Some(known) = self.0.charts.get(&key) {
            return Ok(known);
        }
        let order = engine::Order { option, size, theme, mark: format!("d{}", &key.to_hex()[..12]) };
        let drawn: Arc<str> = self.ask(|reply| Job::Chart { order, reply }).await?.into();
        self.0.charts.put(key, drawn.clone());
        Ok(drawn)
    }

    /// An SVG as PNG, its texts in the bundled fonts.
    ///
    /// # Errors
    /// When it is beyond the limits or no SVG.
    pub async fn png(&self, svg: String, size: Size) -> Result<Arc<[u8]>, DrawError> {
        self.check(svg.len())?;
        let key = cache::key(&[svg.as_bytes(), format!("{size:?}").as_bytes()]);
        if let Some(known) = self.0.pictures.get(&key) {
            return Ok(known);
        }
        let picture: Arc<[u8]> = self.ask(|reply| Job::Picture { svg, size, reply }).await?.into();
        self.0.pictures.put(key, picture.clone());
        Ok(picture)
    }

    /// The script, colours and fonts that it draws with.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// Logs a failure, each kind once: a page that many look at fails as often.
    pub fn note(&self, error: &DrawError) {
        let is_new = self.0.failed.lock().is_ok_and(|mut failed| failed.insert(discriminant(error)));
        if is_new {
            tracing::error!(%error, "a chart could not be drawn; pages without scripts do without");
        } else {
            tracing::debug!(%error, "a chart could not be drawn");
        }
    }

    fn check(&self, bytes: usize) -> Result<(), DrawError> {
        if bytes > self.0.limits.input { Err(DrawError::TooLarge { bytes }) } else { Ok(()) }
    }

    /// Waits for a thread to do it. Whoever stops waiting has it dropped, unless it has begun.
    async fn ask<T>(&self, job: impl FnOnce(crew::Reply<T>) -> Job) -> Result<T, DrawError> {
        let (reply, answer) = oneshot::channel();
        self.0.crew.take(job(reply))?;
        // A drawing before it may use up its time, too.
        let patience = self.0.limits.time * 2;
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(drawn)) => drawn,
            Ok(Err(_)) => Err(DrawError::Ended),
            Err(_) => Err(DrawError::TooLong),
        }
    }
}
