//! The beginning of a page: the sentence that answers its question, and the filters.

use super::own_files::own_files;
use crate::{
    api::{ApiError, Fragment, Piece},
    draw::{
        answer::answer,
        filter::filters,
        html,
        place::{Place, href},
        table::{gap_words, verdict},
    },
    model::{coverage::Coverage, overview::Overview, service::Services},
    part::show,
    store::Store,
};
use leptos::prelude::*;

pub(crate) async fn lead(store: &dyn Store, piece: Piece, about: &str, place: &Place) -> Result<Fragment, ApiError> {
    let choices = store.choices().await?;
    if choices.services.is_empty() {
        let head = own_files(store.today()).to_html();
        return Ok(Fragment { empty: true, head, ..Fragment::default() });
    }
    let deadlines = store.deadlines().await?;
    let (words, frame) = match piece {
        Piece::CoverageLead => {
            let found = store.coverage(&place.view).await?;
            (coverage(&found), found.frame)
        }
        Piece::Service if !choices.services.iter().any(|name| name == about) => {
            return Err(ApiError::NotFound(format!("No log has a call to a service named “{about}”.")));
        }
        _ => {
            let overview = store.overview(&place.view).await?;
            let sources = store.sources(&place.view).await?;
            let words = match piece {
                Piece::CallersLead => callers(&overview),
                Piece::Service => {
                    let services = store.services(&place.view).await?;
                    service(place, about, answer(&overview, &sources, store.now()), &services)
                }
                _ => answer(&overview, &sources, store.now()),
            };
            (words, overview.frame)
        }
    };
    let filters = filters(place, &choices, &deadlines, &frame, piece != Piece::Service);
    Ok(html(view! { {words} {filters} }.into_any()))
}

fn service(place: &Place, name: &str, answer: AnyView, services: &Services) -> AnyView {
    let judged = services.rows.iter().map(|row| {
        view! { <p class="judged">"Safe to enforce? "{verdict(&row.verdict)}</p> }
    });
    view! {
        <p class="crumbs"><a href=href("/", &place.shown)>"All services"</a>" / "<b>{name.to_owned()}</b></p>
        {answer}
        {judged.collect_view()}
    }
    .into_any()
}

fn callers(overview: &Overview) -> AnyView {
    let minimum = overview.frame.minimum();
    let open = match overview.open_callers {
        0 => "No caller is".to_owned(),
        1 => "1 caller is".to_owned(),
        n => format!("{} callers are", show::count(n)),
    };
    view! {
        <h1>{format!("{open} open below TLS {minimum}, in {}.", show::plural(overview.open_services, "service"))}</h1>
        <p class="lead">
            "A caller is an account, a service, a principal, a user agent and a source address. It is quiet after 14 days "
            "with logs but without a deprecated call; days on which its region is silent count as such. Names and user agents are what the caller claims to be."
        </p>
    }
    .into_any()
}

fn coverage(coverage: &Coverage) -> AnyView {
    let sentence = match coverage.share {
        None => "There is no log in this range.".to_owned(),
        Some(share) => {
            let gaps = coverage.rows.iter().filter(|row| row.days_with_logs < row.days_expected).count() as i64;
            let gaps = match gaps {
                0 => "no account and region has a gap".to_owned(),
                1 => "1 account and region has gaps".to_owned(),
                n => format!("{} accounts and regions have gaps", show::count(n)),
            };
            format!("Logs cover {} of the expected days; {gaps}.", show::share(share))
        }
    };
    view! {
        <h1>{sentence}</h1>
        {longest(coverage)}
        <p class="lead">
            "A day is expected from an account and region's first log on: zero calls on a day without logs is unknown, not clean. "
            "A region is silent, and no day is expected of it, after 14 days without a log while other regions of the "
            "account have some: if its callers had still called, there would be a log."
        </p>
    }
    .into_any()
}

/// The gap to look at first.
fn longest(coverage: &Coverage) -> Option<AnyView> {
    let gaps = coverage.rows.iter().flat_map(|row| row.gaps.iter().map(move |gap| (row, *gap)));
    let (row, gap) = gaps.max_by_key(|(_, gap)| gap.days())?;
    let region = if row.region.is_empty() { "no region" } else { &row.region };
    let words = format!("The longest gap: {}, in {region} of account {}.", gap_words(gap), row.account);
    Some(view! { <p>{words}</p> }.into_any())
}
