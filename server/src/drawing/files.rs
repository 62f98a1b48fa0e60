//! What the build left in the site's folder `draw`, read once.

use super::DrawError;
use resvg::usvg::fontdb::{Database, Source};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// ECharts and fonts. Nothing of the machine is drawn with: pictures are the same everywhere.
pub struct Files {
    folder: PathBuf,
    script: OnceLock<String>,
    theme: OnceLock<serde_json::Value>,
    fonts: OnceLock<Fonts>,
}

/// Each as the bytes of a TrueType file, and all of them as what SVG is drawn with.
#[derive(Clone)]
pub struct Fonts {
    /// Inter in two weights.
    pub sans: Arc<[u8]>,
    pub bold: Arc<[u8]>,
    /// `DejaVu` Sans, for letters that Inter lacks.
    pub wide: Arc<[u8]>,
    pub database: Arc<Database>,
}

/// What the fonts call themselves.
pub(super) const SANS: &str = "Inter";

impl Files {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, script: OnceLock::new(), theme: OnceLock::new(), fonts: OnceLock::new() }
    }

    pub(super) fn script(&self) -> Result<&str, DrawError> {
        once(&self.script, || {
            let file = self.folder.join("chart.js");
            std::fs::read_to_string(&file).map_err(|source| DrawError::File { file, source })
        })
        .map(String::as_str)
    }

    /// A colour of the styles, as it is in light.
    ///
    /// # Errors
    /// When the build's file cannot be read.
    pub fn colour(&self, variable: &str) -> Result<&str, DrawError> {
        let theme = once(&self.theme, || Ok(serde_json::from_slice(&read(&self.folder, "theme.json")?)?))?;
        // A colour that is not there is seen at once.
        Ok(theme["light"][variable].as_str().unwrap_or("magenta"))
    }

    /// # Errors
    /// When a file cannot be read.
    pub fn fonts(&self) -> Result<&Fonts, DrawError> {
        once(&self.fonts, || {
            let [sans, bold, wide] = ["sans.ttf", "sans-bold.ttf", "wide.ttf"].map(|name| read(&self.folder, name));
            let (sans, bold, wide) = (sans?, bold?, wide?);
            let mut database = Database::new();
            for font in [&sans, &bold, &wide] {
                database.load_font_source(Source::Binary(Arc::new(font.clone())));
            }
            database.set_sans_serif_family(SANS);
            Ok(Fonts { sans, bold, wide, database: Arc::new(database) })
        })
    }
}

/// Two threads may both read it; the first one's is kept.
fn once<T>(cell: &OnceLock<T>, make: impl FnOnce() -> Result<T, DrawError>) -> Result<&T, DrawError> {
    if let Some(made) = cell.get() {
        return Ok(made);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

fn read(folder: &Path, name: &str) -> Result<Arc<[u8]>, DrawError> {
    let file = folder.join(name);
    match std::fs::read(&file) {
        Ok(bytes) => Ok(bytes.into()),
        Err(source) => Err(DrawError::File { file, source }),
    }
}
