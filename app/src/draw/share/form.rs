//! The form that shares a view, and below it what the recipient will see.

use crate::{
    api::{ApiError, Fragment, ShareForm},
    draw::{html, page::refused, place::href},
    model::{
        share::{ShareKind, USUAL_DAYS},
        statement::{Cut, Mask, Masking, Statement},
    },
    part::show,
    shared::{Door, Sheet, body},
    store::Store,
    view::View,
};
use chrono::TimeDelta;
use leptos::prelude::*;

pub(crate) async fn form(store: &dyn Store, query: &str) -> Result<Fragment, ApiError> {
    let form = ShareForm::of_query(query)?;
    let view: View = form.view.parse().map_err(|bad: crate::view::BadView| ApiError::Invalid(bad.to_string()))?;
    let masking = form.masking()?;
    let statement = store.statement(&view, masking).await?;
    if statement.frame().logged.is_none() {
        let words = "There is no log yet, so there is nothing to share.";
        return Ok(html(view! { <h1>"Share"</h1> <p class="lead">{words}</p> }.into_any()));
    }
    let title = if form.title.is_empty() { usual_title(&statement) } else { form.title.clone() };
    let kind = form.kind.parse().unwrap_or_default();
    let days = form.days.parse().unwrap_or(USUAL_DAYS.min(store.longest_share()));
    let chart = store.drawn(&statement.trend()).await;
    let preview = Sheet {
        title: &title,
        note: &form.note,
        kind,
        creator: &store.sharer(),
        expires: store.now() + TimeDelta::days(i64::from(days)),
        may_narrow: !form.narrow.is_empty(),
        whole: &statement,
        shown: &statement,
        cut: &Cut::default(),
        door: Door::Preview,
        chart: chart.as_ref(),
        image: None,
        evidence: None,
    };
    let fields = fields(&form, &title, kind, masking, (days, store.longest_share()));
    Ok(html(
        view! {
            {refused(query)}
            <p class="crumbs"><a href=href("/", &view)>"Overview"</a>" / share"</p>
            <h1>"Share this view"</h1>
            <p class="lead">"Whoever has the link sees the page below, without an account and nothing else. It can be paused and revoked at any time."</p>
            <section class="panel" aria-label="How it is shared">
                <form method="post" action="/fn/create_share" class="fields">{fields}</form>
            </section>
            <h2 class="preview-title">"What the recipient will see"</h2>
            <div class="preview shared">{body(&preview)}</div>
        }
        .into_any(),
    ))
}

/// As the content of a text area, the one element of ours that Leptos does not escape the text of.
fn written(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Of texts of the statement, which are masked already.
fn usual_title(statement: &Statement) -> String {
    match &statement.frame().deadline {
        Some(deadline) => format!("{}: where we stand", deadline.name),
        None => "Deprecated TLS versions: where we stand".into(),
    }
}

fn fields(form: &ShareForm, title: &str, kind: ShareKind, masking: Masking, (days, longest): (u32, u32)) -> AnyView {
    let kinds = [
        (ShareKind::Frozen, "Frozen: the numbers as they are now, whatever comes later"),
        (ShareKind::Live, "Live: the numbers as they are when it is looked at"),
    ]
    .map(|(value, words)| {
        view! { <label class="tick"><input type="radio" name="form[kind]" value=value.as_str() checked=kind == value/>{words}</label> }
    });
    let (title, note) = (title.to_owned(), written(&form.note));
    view! {
        <input type="hidden" name="form[view]" value=form.view.clone()/>
        <label class="half">"Title" <input name="form[title]" required maxlength="120" value=title/></label>
        <label>{format!("Expires after how many days (at most {longest})")}
            <input type="number" name="form[days]" required min="1" max=longest value=days/>
        </label>
        <label>"Password (empty: none)"
            <input type="password" name="form[password]" minlength="8" maxlength="200" autocomplete="new-password"/>
        </label>
        <label class="wide">"Note for the recipient" <textarea name="form[note]" rows="2" maxlength="2000">{note}</textarea></label>
        <fieldset class="wide"><legend>"Numbers"</legend><div class="row">{kinds.into_iter().collect_view()}</div></fieldset>
        {mask("principals", "Principals", masking.principals)}
        {mask("accounts", "Accounts", masking.accounts)}
        {mask("addresses", "Source addresses", masking.addresses)}
        {mask("user_agents", "User agents", masking.user_agents)}
        <label class="tick wide"><input type="checkbox" name="form[narrow]" value="yes" checked=!form.narrow.is_empty()/>"The recipient may leave out days and services"</label>
        <div class="row wide">
            <button type="submit" class="main">"Create link"</button>
            <button type="submit" formaction="/fn/preview_share" formnovalidate>"Update the preview"</button>
        </div>
        <p class="hint wide">"What is masked is taken out of every text. Title and note are shown as you write them, to whoever has the link. The link is shown once."</p>
    }
    .into_any()
}

fn mask(name: &'static str, words: &'static str, chosen: Mask) -> AnyView {
    let each = Mask::ALL.map(|mask| {
        view! { <option value=mask.as_str() selected=mask == chosen>{show::capital(mask.words())}</option> }
    });
    view! { <label>{words} <select name=format!("form[{name}]")>{each.into_iter().collect_view()}</select></label> }
        .into_any()
}
