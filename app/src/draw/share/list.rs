//! All shares, newest first.

use super::{colour, kind_words, may_revoke};
use crate::{
    api::{ApiError, Fragment},
    draw::{
        html,
        page::refused,
        panel::{panel, scroll},
    },
    model::share::{Share, ShareState},
    part::show,
    store::Store,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use std::collections::BTreeMap;

pub(crate) async fn list(store: &dyn Store, query: &str) -> Result<Fragment, ApiError> {
    let shares = store.shares().await?;
    if shares.is_empty() {
        let words = "Nothing is shared yet.";
        return Ok(html(view! { {refused(query)} <p class="says">{words}</p> }.into_any()));
    }
    let now = store.now();
    let rows = shares.iter().map(|share| row(share, now));
    let table = view! {
        <table class="shares">
            <caption class="away">"Shares, newest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Title"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Numbers"</th>
                    <th scope="col">"Password"</th>
                    <th scope="col">"Creator"</th>
                    <th scope="col">"Created"</th>
                    <th scope="col">"Expires"</th>
                    <th scope="col" class="n">"Views"</th>
                    <th scope="col">"Last view"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    let all = panel("shares", "Links", ().into_any(), scroll("Shares", table.into_any()));
    Ok(html(view! { {refused(query)} {all} {people(&shares, |creator| may_revoke(store, creator))} }.into_any()))
}

fn row(share: &Share, now: DateTime<Utc>) -> AnyView {
    let title = share.title.clone();
    view! {
        <tr>
            <th scope="row"><a class="clip" href=format!("/shares/{}", share.id) title=title.clone()>{title.clone()}</a></th>
            <td><span class="tag" data-state=colour(share.state)>{share.state.as_str()}</span></td>
            <td>{kind_words(share.kind)}</td>
            <td class:faint=!share.has_password>{if share.has_password { "yes" } else { "none" }}</td>
            <td><span class="clip">{share.creator.clone()}</span></td>
            <td class="date" title=show::moment(share.created)>{show::ago(share.created, now)}</td>
            <td class="date" title=show::moment(share.expires)>{show::ago(share.expires, now)}</td>
            <td class="n">{show::count(share.views)}</td>
            <td class="date">{share.last_view.map_or("never".to_owned(), |time| show::ago(time, now))}</td>
        </tr>
    }
    .into_any()
}

/// Everything that somebody shared can be revoked at once.
fn people(shares: &[Share], may_revoke: impl Fn(&str) -> bool) -> Option<AnyView> {
    let mut open: BTreeMap<&str, i64> = BTreeMap::new();
    for share in shares.iter().filter(|share| share.state != ShareState::Revoked && may_revoke(&share.creator)) {
        *open.entry(&share.creator).or_default() += 1;
    }
    if open.is_empty() {
        return None;
    }
    let each = open.into_iter().map(|(creator, number)| {
        let words = format!("Revoke all of {creator} ({})", show::plural(number, "link"));
        view! {
            <li><form method="post" action="/fn/revoke_shares">
                <input type="hidden" name="creator" value=creator.to_owned()/>
                <button type="submit" class="danger">{words}</button>
            </form></li>
        }
    });
    let body = view! {
        <p>"A revoked link is dead at once and for good; what it showed can be shared anew."</p>
        <ul class="row plain">{each.collect_view()}</ul>
    };
    Some(panel("revoke", "Revoke by person", ().into_any(), body.into_any()))
}
