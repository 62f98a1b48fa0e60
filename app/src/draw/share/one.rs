//! One share: its link, once, and what may be done with it.

use super::{colour, kind_words, may_revoke};
use crate::{
    access::origin_behind,
    api::{ApiError, Fragment},
    draw::{html, page::refused, panel::panel},
    model::{
        share::{Share, ShareState},
        statement::{Mask, Masking},
    },
    part::show,
    store::Store,
};
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::*;

pub(crate) async fn one(store: &dyn Store, about: &str, query: &str) -> Result<Fragment, ApiError> {
    let missing = || ApiError::NotFound(format!("There is no share “{about}”."));
    let id = about.parse().map_err(|_| missing())?;
    let share = store.share(id).await?;
    let link = store.fresh_link(id).map(|token| link(&token));
    let note = share.note.clone();
    Ok(html(
        view! {
            {refused(query)}
            <div class="row titled">
                <h1 class="clip" title=share.title.clone()>{share.title.clone()}</h1>
                <span class="tag" data-state=colour(share.state)>{share.state.as_str()}</span>
            </div>
            {(!note.is_empty()).then(|| view! { <p class="lead">{note}</p> })}
            {link}
            {facts(&share)}
            {(share.state != ShareState::Revoked && may_revoke(store, &share.creator)).then(|| actions(&share))}
        }
        .into_any(),
    ))
}

/// The link itself; no answer with it may be kept anywhere.
fn link(token: &str) -> AnyView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let address = format!("{}/s/{token}", origin());
    view! {
        <section class="notice" data-kind="warn" aria-label="The link">
            <p><b>"Copy the link now: it is not shown again."</b>" Only its hash is kept. Whoever has it can open it."</p>
            <div class="copyable">
                <pre class="copy" tabindex="0">{address}</pre>
                <button type="button" class="needs-js" data-copy><span aria-live="polite">"Copy"</span></button>
            </div>
        </section>
    }
    .into_any()
}

/// How this server was called: the host guard has let that name through.
fn origin() -> String {
    let Some(parts) = use_context::<Parts>() else { return String::new() };
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let host = text("host").or_else(|| parts.uri.authority().map(ToString::to_string)).unwrap_or_default();
    origin_behind(&host, text("x-forwarded-proto").as_deref())
}

fn facts(share: &Share) -> AnyView {
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    view! {
        <dl class="facts">
            {fact("Numbers", kind_words(share.kind).into())}
            {fact("Creator", share.creator.clone())}
            {fact("Created", show::moment(share.created))}
            {fact("Expires", show::moment(share.expires))}
            {fact("Password", yes(share.has_password))}
            {fact("May be narrowed", yes(share.may_narrow))}
            {fact("Views", show::count(share.views))}
            {fact("Last view", share.last_view.map_or("never".into(), show::moment))}
            <div class="long"><dt>"Masked"</dt><dd>{masked(share.masking)}</dd></div>
        </dl>
    }
    .into_any()
}

fn masked(masking: Masking) -> String {
    let kinds = [
        ("principals", masking.principals),
        ("accounts", masking.accounts),
        ("addresses", masking.addresses),
        ("user agents", masking.user_agents),
    ];
    let words: Vec<String> = kinds
        .into_iter()
        .filter(|(_, mask)| *mask != Mask::Shown)
        .map(|(name, mask)| format!("{name} {}", mask.words()))
        .collect();
    if words.is_empty() { "nothing".into() } else { words.join(", ") }
}

/// Plain forms: what each did is seen on the page where it leads.
fn actions(share: &Share) -> AnyView {
    let id = share.id;
    let button = |change: &'static str, words: &'static str, class: Option<&'static str>| {
        view! {
            <form method="post" action="/fn/change_share">
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="change" value=change/>
                <button type="submit" class=class>{words}</button>
            </form>
        }
    };
    let pause = match share.state {
        ShareState::Paused => button("resume", "Resume", None),
        _ => button("pause", "Pause", None),
    };
    let body = view! {
        <div class="row">
            {pause}
            {button("rotate", "Replace the link", None)}
            {button("revoke", "Revoke for good", Some("danger"))}
        </div>
        <form method="post" action="/fn/change_share" class="row">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="change" value="expire"/>
            <label>"Last day " <input type="date" name="until" required value=last_day(share)/></label>
            <button type="submit">"Change expiry"</button>
        </form>
        <p class="hint">"A replaced link is dead at once; the new one shows the same. A paused one can be resumed."</p>
    };
    panel("actions", "What to do with it", ().into_any(), body.into_any())
}

fn last_day(share: &Share) -> String {
    (share.expires - chrono::TimeDelta::seconds(1)).date_naive().to_string()
}
