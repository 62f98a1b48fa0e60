//! Draws the pieces of pages, on the server only: pure functions from the model to HTML.
//!
//! # Layout
//! `place` (links) ← `filter`, `answer`, `chart`, `table` ← `page` (what is drawn for one page only), `source` (buckets),
//! `share` (links), `person` (accounts).
//! Whatever others have written is only ever a text node or an attribute's value, both escaped by Leptos.

pub(crate) mod answer;
mod audit;
mod chart;
mod filter;
mod page;
mod panel;
mod person;
mod place;
mod share;
mod source;
mod table;

use crate::{
    api::{ApiError, Fragment, Piece},
    model::{frame::Frame, person::Role},
    store::Store,
    view::View,
};
pub use filter::version_words;
use leptos::prelude::*;
pub(crate) use panel::scroll;
use place::{Place, service_href};
pub(crate) use table::{gap_words, spark, verdict};

/// See [`crate::api::fragment`].
pub(crate) async fn fragment(store: &dyn Store, piece: Piece, about: &str, query: &str) -> Result<Fragment, ApiError> {
    // What cannot be done is not offered.
    let may_change = store.actor().may(Role::Analyst);
    if let Piece::Uploads = piece {
        return Ok(page::uploads(&store.uploads().await?));
    }
    if let Piece::Upload = piece {
        return page::upload(store, about, query).await;
    }
    if let Piece::OwnFiles = piece {
        return Ok(html(page::own_files(store.today())));
    }
    match piece {
        Piece::SignIn => return person::sign_in(&*crate::access::get()?, query).await,
        Piece::Invitation => return person::invitation(&*crate::access::get()?, query).await,
        Piece::Account => return person::account(&*crate::access::get()?, query).await,
        Piece::People => return person::people(&*crate::access::get()?, query).await,
        Piece::Audit => return audit::audit(store, query).await,
        Piece::SetUp => return person::set_up(&*crate::access::get()?, query).await,
        Piece::Sources => return Ok(source::list(&store.buckets().await?, store.now(), may_change)),
        Piece::AddBucket if !may_change => return Ok(Fragment::default()),
        Piece::AddBucket => return Ok(source::add(&store.endpoints(), query)),
        Piece::Source => return source::source(store, about, query).await,
        Piece::SourceReport => return source::report(store, about, query).await,
        Piece::SourceCheck => return source::check(store, about, query).await,
        Piece::ShareForm => return share::form(store, query).await,
        Piece::Shares => return share::list(store, query).await,
        Piece::Share => return share::one(store, about, query).await,
        _ => {}
    }
    if let Piece::Deadlines = piece {
        return Ok(page::deadlines(&store.deadlines().await?, query, may_change));
    }
    let shown: View = query.parse().map_err(|bad: crate::view::BadView| ApiError::Invalid(bad.to_string()))?;
    let place = place_of(piece, about, shown);
    let view = &place.view;
    Ok(match piece {
        Piece::Trend => {
            let trend = store.trend(view).await?;
            filled(&trend.frame, || chart::trend(&place, &trend))
        }
        Piece::Versions => {
            let versions = store.versions(view).await?;
            filled(&versions.frame, || chart::versions(&place, &versions))
        }
        Piece::OpenCallers => {
            let open = store.open_callers(view).await?;
            filled(&open.frame, || chart::open_callers(&place, &open))
        }
        Piece::Services => {
            let services = store.services(view).await?;
            filled(&services.frame, || html(table::services(&place, &services)))
        }
        Piece::FewCallers | Piece::Callers => {
            let callers = store.callers(view).await?;
            filled(&callers.frame, || html(table::callers(&place, &callers, piece == Piece::Callers)))
        }
        Piece::Coverage => {
            let coverage = store.coverage(view).await?;
            filled(&coverage.frame, || html(table::coverage(&place, &coverage)))
        }
        _ => page::lead(store, piece, about, &place).await?,
    })
}

fn place_of(piece: Piece, about: &str, shown: View) -> Place {
    let path = match piece {
        Piece::CallersLead | Piece::Callers => "/callers".into(),
        Piece::CoverageLead | Piece::Coverage => "/coverage".into(),
        _ if about.is_empty() => "/".into(),
        _ => service_href(about, &View::default()),
    };
    let mut view = shown.clone();
    if !about.is_empty() {
        view.service = vec![about.to_owned()];
    }
    Place { path, shown, view }
}

/// Nothing is drawn where there is no log yet.
fn filled(frame: &Frame, draw: impl FnOnce() -> Fragment) -> Fragment {
    match frame.logged {
        Some(_) => draw(),
        None => Fragment { empty: true, ..Fragment::default() },
    }
}

fn html(view: AnyView) -> Fragment {
    Fragment { html: view.to_html(), ..Fragment::default() }
}
