//! What the browser asks for when a page changes: a piece of the page, drawn by the server.
//!
//! Tables, sentences and chart options are drawn on the server only, so the browser loads a fraction of the code.

use super::ApiError;
use crate::model::person::Role;
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A piece of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// The answer and the filters of `/`.
    Overview,
    /// The same for one service.
    Service,
    /// The lead and the filters of `/callers`.
    CallersLead,
    /// The lead and the filters of `/coverage`.
    CoverageLead,
    Trend,
    Versions,
    OpenCallers,
    Services,
    /// The first few.
    FewCallers,
    Callers,
    Coverage,
    /// What runs, and the history.
    Uploads,
    Upload,
    /// How to get one's own files.
    OwnFiles,
    /// The buckets that are connected.
    Sources,
    /// How to connect one.
    AddBucket,
    /// How far one is.
    Source,
    /// What became of its log files, and how fresh they are.
    SourceReport,
    /// What lies in it.
    SourceCheck,
    Deadlines,
    /// How a view is shared, with a preview.
    ShareForm,
    /// All that is shared.
    Shares,
    /// One share.
    Share,
    SignIn,
    /// The first administrator.
    SetUp,
    /// A password of one's own, by a one-time link.
    Invitation,
    /// One's own password, sessions and tokens.
    Account,
    People,
    Audit,
}

impl Piece {
    /// Who may see it; nothing where everybody may.
    pub fn role(self) -> Option<Role> {
        Some(match self {
            Self::SignIn | Self::SetUp | Self::Invitation => return None,
            // A look into a bucket costs requests.
            Self::SourceCheck | Self::ShareForm | Self::Shares | Self::Share => Role::Analyst,
            Self::People | Self::Audit => Role::Administrator,
            _ => Role::Viewer,
        })
    }
}

/// A drawn piece. Its HTML is made by `draw`, which escapes whatever others have written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fragment {
    /// What stands above the chart, where there is one; where there is no log yet, how to get some.
    pub head: String,
    pub html: String,
    /// The chart's option as JSON.
    pub option: String,
    /// There is no log yet at all.
    pub empty: bool,
    /// Something is still under way: ask again soon.
    pub again: bool,
}

/// `about`: the service, the upload or the source that the page is about, if it is about one. `query`: as in the address.
#[server(name = AskFragment, prefix = "/fn", endpoint = "fragment", input = GetUrl)]
pub async fn fragment(piece: Piece, about: String, query: String) -> Result<Fragment, ApiError> {
    use futures::FutureExt as _;
    let store = crate::store::get()?;
    if let Some(role) = piece.role() {
        store.actor().must_be(role)?;
    }
    let drawn = std::panic::AssertUnwindSafe(crate::draw::fragment(&*store, piece, &about, &query)).catch_unwind();
    // Nobody would be told that it never comes, and the whole page would wait for it.
    drawn.await.unwrap_or(Err(ApiError::Broken))
}
