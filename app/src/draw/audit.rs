//! `/audit`: who did what, the newest first.

use super::{
    html,
    panel::{panel, scroll},
};
use crate::{
    api::{ApiError, Fragment},
    model::audit::{Action, AuditFilter, Entry},
    part::show,
    store::{AUDIT_PAGE, Store},
};
use leptos::prelude::*;

pub(crate) async fn audit(store: &dyn Store, query: &str) -> Result<Fragment, ApiError> {
    let filter: AuditFilter = query.parse()?;
    let entries = store.audit(&filter, AUDIT_PAGE).await?;
    let tools = view! { <a class="quiet" href=address("/api/v1/audit.csv", &AuditFilter { before: None, ..filter.clone() }) download>"CSV"</a> };
    let body = view! { {form(&filter)} {table(&entries)} {pages(&filter, &entries)} };
    Ok(html(panel("audit", "What was done", tools.into_any(), body.into_any())))
}

fn form(filter: &AuditFilter) -> AnyView {
    let each = Action::ALL.map(|action| {
        view! { <option value=action.as_str() selected=filter.action == Some(action)>{action.words()}</option> }
    });
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let fields = view! {
        <label>"Person"<input name="name" value=filter.name.clone() maxlength="120" autocomplete="off"/></label>
        <label>"What"<select name="action"><option value="">"Everything"</option>{each.into_iter().collect_view()}</select></label>
        <label>"From"<input type="date" name="from" value=day(filter.from)/></label>
        <label>"To"<input type="date" name="to" value=day(filter.to)/></label>
        <button type="submit">"Show"</button>
    };
    view! { <form method="get" action="/audit" class="fields" data-plain>{fields}</form> }.into_any()
}

fn table(entries: &[Entry]) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="says">"Nothing of that was done."</p> }.into_any();
    }
    let rows = entries.iter().map(|entry| {
        let nobody = entry.name.is_empty();
        let name = if nobody { "–".to_owned() } else { entry.name.clone() };
        view! {
            <tr>
                <td class="date">{show::moment(entry.time)}</td>
                <th scope="row"><span class="clip" class:faint=nobody title=name.clone()>{name.clone()}</span></th>
                <td>{entry.action.words()}</td>
                <td><span class="clip" title=entry.about.clone()>{entry.about.clone()}</span></td>
                <td class="faint">{entry.address.clone()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let table = view! {
        <table>
            <caption class="away">"The audit log, newest first"</caption>
            <thead><tr><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"Did"</th><th scope="col">"To what"</th><th scope="col">"From"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    };
    scroll("Audit log", table.into_any())
}

fn pages(filter: &AuditFilter, entries: &[Entry]) -> Option<AnyView> {
    let oldest = entries.last().filter(|_| entries.len() as i64 >= AUDIT_PAGE)?.id;
    let older = address("/audit", &AuditFilter { before: Some(oldest), ..filter.clone() });
    Some(view! { <p><a href=older>"Older ones"</a></p> }.into_any())
}

fn address(path: &str, filter: &AuditFilter) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let fields = [
        ("name", Some(filter.name.clone()).filter(|name| !name.is_empty())),
        ("action", filter.action.map(|action| action.to_string())),
        ("from", day(filter.from)),
        ("to", day(filter.to)),
        ("before", filter.before.map(|id| id.to_string())),
    ];
    let pairs = fields.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", encode(&value?))));
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}
