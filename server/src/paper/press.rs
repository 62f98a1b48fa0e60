//! Prints for whoever asks: two papers at a time, away from what must not wait.

use super::{About, Fonts, PaperError, print};
use crate::drawing::{DrawError, Drawing, Size, Theme};
use app::{chart, model::statement::Statement, view::ChartMode};
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Semaphore;

/// Cheap to clone.
#[derive(Clone)]
pub struct Press(Arc<Inner>);

struct Inner {
    drawing: Drawing,
    fonts: OnceLock<Arc<Fonts>>,
    room: Arc<Semaphore>,
}

/// Papers that are printed at the same time; each may take some tens of megabytes.
const AT_ONCE: usize = 2;

/// How long somebody waits for others' papers.
const PATIENCE: Duration = Duration::from_secs(60);

/// Until it is asked again whether there is room for a drawing.
const PAUSE: Duration = Duration::from_millis(200);

/// Of the chart, in CSS pixels: the letters of its axes are as large as the small ones of the paper.
const CHART: Size = Size { width: 720, height: 290 };

impl Press {
    pub fn new(drawing: Drawing) -> Self {
        Self(Arc::new(Inner { drawing, fonts: OnceLock::new(), room: Arc::new(Semaphore::new(AT_ONCE)) }))
    }

    /// A statement as a PDF.
    ///
    /// # Errors
    /// When what it is printed with is not there, or too much is printed already.
    pub async fn print(&self, statement: Arc<Statement>, about: About) -> Result<Vec<u8>, PaperError> {
        let waiting = tokio::time::timeout(PATIENCE, self.0.room.clone().acquire_owned());
        let room = waiting.await.ok().and_then(Result::ok).ok_or(PaperError::Busy)?;
        let chart = self.chart(&statement).await;
        let press = self.clone();
        let printing = tokio::task::spawn_blocking(move || {
            // Held until it is done, whether somebody still waits for it or not.
            let _room = room;
            print(&*press.fonts()?, &statement, &about, chart.as_deref())
        });
        printing.await?
    }

    /// A paper without a chart still says everything: the log says what was wrong with it. Pages that are drawn at the same
    /// time are no reason for one.
    async fn chart(&self, statement: &Statement) -> Option<Arc<str>> {
        let option = chart::json(&chart::trend(&statement.trend(), ChartMode::Stacked));
        let mut waited = Duration::ZERO;
        let drawn = loop {
            match self.0.drawing.svg(option.clone(), CHART, Theme::Light).await {
                Err(DrawError::Busy) if waited < PATIENCE => {
                    tokio::time::sleep(PAUSE).await;
                    waited += PAUSE;
                }
                drawn => break drawn,
            }
        };
        drawn.inspect_err(|error| self.0.drawing.note(error)).ok()
    }

    fn fonts(&self) -> Result<Arc<Fonts>, PaperError> {
        if let Some(fonts) = self.0.fonts.get() {
            return Ok(fonts.clone());
        }
        let fonts = Arc::new(Fonts::new(self.0.drawing.files().fonts()?.clone())?);
        Ok(self.0.fonts.get_or_init(|| fonts).clone())
    }
}
