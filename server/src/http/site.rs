//! Static files: what `make build` left in the site folder.

use anyhow::{Context as _, anyhow};
use app::Assets;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use percent_encoding::percent_decode_str;
use std::{
    path::{Component, Path, PathBuf},
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

/// What the server itself draws with; browsers have no use for it.
const OWN: &str = "draw";

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

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that a request asks for, compressed if there is a `.br` or `.gz` beside it and the client accepts it.
    pub(crate) fn file(&self, request: &Request) -> impl Future<Output = Option<Response>> + Send + use<> {
        let path = request.uri().path();
        let (hashed, own) = (path.starts_with("/pkg/"), is_own(path));
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
            if own {
                return None;
            }
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

/// Whether an address leads into the folder of the server's own files, however it is written.
fn is_own(path: &str) -> bool {
    let path = percent_decode_str(path).decode_utf8_lossy();
    let first = Path::new(&*path).components().find_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    first.is_some_and(|name| name == OWN)
}

fn beside_executable() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let folder = executable.parent()?;
    ["../site", "site"].iter().map(|name| folder.join(name)).find(|f| f.join("manifest.json").is_file())
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn what_the_server_draws_with_is_not_served() {
        for own in ["/draw/chart.js", "//draw/chart.js", "/./draw", "/%64raw/sans.ttf"] {
            assert!(is_own(own), "{own}");
        }
        for other in ["/drawing", "/pkg/draw", "/favicon.svg", "/"] {
            assert!(!is_own(other), "{other}");
        }
    }
}
