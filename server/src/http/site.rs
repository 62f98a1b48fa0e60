//! Static files: what `make build` left in the site folder.

use anyhow::{Context as _, anyhow};
use app::Assets;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tower_http::services::ServeDir;

/// The site folder and the names of its files.
#[derive(Debug, Clone)]
pub struct Site {
    folder: Arc<Path>,
    /// From `manifest.json`; names carry a hash of the content.
    pub assets: Assets,
}

/// Names with a hash never get another content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

impl Site {
    /// Opens `folder`, else the first site folder beside the executable (`target/site` beside `target/release`).
    ///
    /// # Errors
    /// When there is none, or its manifest cannot be read.
    pub fn open(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        let folder = folder.or_else(beside_executable).context(
            "The page's files are not beside the program: run `make build`, or name their folder with --site-dir.",
        )?;
        let manifest = folder.join("manifest.json");
        let text = std::fs::read_to_string(&manifest).map_err(|error| {
            anyhow!(
                "{} cannot be read ({error}): run `make build`, or name another folder with --site-dir.",
                manifest.display()
            )
        })?;
        let assets = serde_json::from_str(&text).map_err(|error| {
            anyhow!("{} is not what `make build` writes ({error}): run it again.", manifest.display())
        })?;
        Ok(Self { folder: folder.into(), assets })
    }

    /// The file that a request asks for, compressed if there is a `.br` or `.gz` beside it and the client accepts it.
    pub(crate) fn file(&self, request: &Request) -> impl Future<Output = Option<Response>> + Send + use<> {
        let hashed = request.uri().path().starts_with("/pkg/");
        let mut asked = Request::new(Body::empty());
        *asked.method_mut() = request.method().clone();
        *asked.uri_mut() = request.uri().clone();
        *asked.headers_mut() = request.headers().clone();
        let mut files = ServeDir::new(&*self.folder)
            .append_index_html_on_directories(false)
            .redirect_to_trailing_slash(false)
            .precompressed_br()
            .precompressed_gzip();
        async move {
            let mut response = files.try_call(asked).await.ok()?.map(Body::new);
            match response.status() {
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => return None,
                StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => {
                    response.headers_mut().insert(CACHE_CONTROL, if hashed { FOREVER } else { AN_HOUR });
                }
                _ => {}
            }
            Some(response)
        }
    }
}

fn beside_executable() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let folder = executable.parent()?;
    ["../site", "site"].iter().map(|name| folder.join(name)).find(|f| f.join("manifest.json").is_file())
}
