//! Callers: who still uses a deprecated version. This is the list that a team works off.

use super::{clipped, sortable};
use crate::{
    draw::{
        filter::hidden_fields,
        panel::{csv_link, panel, scroll},
        place::{Place, href, service_href},
    },
    model::{
        caller::{CallerPage, CallerRow, PAGE_SIZE},
        frame::Frame,
    },
    part::show,
    view::{CallerColumn, Page, View},
};
use leptos::prelude::*;

/// How many of them the overview shows.
const FEW: usize = 10;

/// `all`: with search and pages; otherwise the first few.
pub(crate) fn callers(place: &Place, page: &CallerPage, all: bool) -> AnyView {
    let body = view! { {all.then(|| search(place))} {table(place, page, all)} };
    panel("callers", "Callers", csv_link(place, "callers", "Callers"), body.into_any())
}

fn search(place: &Place) -> AnyView {
    let text = place.shown.search.clone();
    view! {
        <form class="search" role="search" method="get" action=place.path.clone()>
            {hidden_fields(&View { search: String::new(), ..place.shown.clone() })}
            <input type="search" name="q" value=text  aria-label="Search callers"
                placeholder="Principal, user agent, address, account or service" maxlength="200"/>
            <button type="submit">"Search"</button>
        </form>
    }
    .into_any()
}

fn table(place: &Place, page: &CallerPage, all: bool) -> AnyView {
    if page.rows.is_empty() {
        let minimum = page.frame.minimum();
        let words = format!("No caller with a version below TLS {minimum} matches.");
        return view! { {missing_detail(page)} <p class="says">{words}</p> }.into_any();
    }
    let shown = if all { page.rows.len() } else { FEW };
    let rows = page.rows.iter().take(shown).map(|caller| row(place, &page.frame, caller)).collect_view();
    let table = view! {
        <table class="callers">
            <caption class="away">"Callers that used a deprecated TLS version"</caption>
            <thead>{heads(place)}</thead>
            <tbody>{rows}</tbody>
        </table>
    };
    let below = if all { pages(place, page) } else { more(place, page.total) };
    view! { {missing_detail(page)} {scroll("Callers", table.into_any())} {below} }.into_any()
}

fn missing_detail(page: &CallerPage) -> Option<AnyView> {
    page.detail_missing.then(|| {
        view! {
            <p class="notice" data-kind="warn">
                "For part of this range callers were not kept for every version that the deadline forbids. "
                "Upload the logs of those days again to see them."
            </p>
        }
        .into_any()
    })
}

fn heads(place: &Place) -> AnyView {
    let sort = place.view.caller_sort;
    let head = |name, numeric, column: CallerColumn| {
        let here = (sort.column == column).then_some(sort.descending);
        sortable(name, numeric, place.with(|v| *v = v.clone().sort_callers(column)), here)
    };
    view! {
        <tr>
            {head("Account", false, CallerColumn::Account)}
            {head("Service", false, CallerColumn::Service)}
            {head("Principal", false, CallerColumn::Principal)}
            {head("User agent", false, CallerColumn::UserAgent)}
            {head("Source address", false, CallerColumn::SourceAddress)}
            <th scope="col">"TLS"</th>
            {head("Calls", true, CallerColumn::Calls)}
            {head("First seen", true, CallerColumn::FirstSeen)}
            {head("Last seen", true, CallerColumn::LastSeen)}
            <th scope="col">"State"</th>
        </tr>
    }
    .into_any()
}

fn row(place: &Place, frame: &Frame, caller: &CallerRow) -> AnyView {
    let versions = caller.tls_versions.iter().map(|version| {
        view! { <span class="tls" data-tls=version.as_str()>{version.as_str()}</span> }
    });
    let last = caller.last_seen.date_naive();
    let (state, words) = if caller.open { ("open", "open") } else { ("quiet", "quiet") };
    view! {
        <tr>
            <td class="mono">{caller.account.clone()}</td>
            <td><a class="clip" href=service_href(&caller.service, &place.shown) title=caller.service.clone()>{caller.service.clone()}</a></td>
            {clipped(caller.principal.clone())}
            {clipped(caller.user_agent.clone())}
            {clipped(caller.source_address.clone())}
            <td>{versions.collect_view()}</td>
            <td class="n">{show::count(caller.calls)}</td>
            <td class="n date" title=show::moment(caller.first_seen)>{show::day(caller.first_seen.date_naive())}</td>
            <td class="n date" title=show::moment(caller.last_seen)>{show::relative(last, frame.as_of)}</td>
            <td><span class="tag" data-state=state>{words}</span></td>
        </tr>
    }
    .into_any()
}

fn more(place: &Place, total: i64) -> AnyView {
    if total <= FEW as i64 {
        return ().into_any();
    }
    let to = href("/callers", &place.view);
    view! { <p class="more"><a href=to>{format!("All {}", show::plural(total, "caller"))}</a></p> }.into_any()
}

fn pages(place: &Place, page: &CallerPage) -> AnyView {
    let size = i64::from(PAGE_SIZE);
    let last = ((page.total - 1) / size + 1).max(1);
    let here = i64::from(page.page);
    let first_row = (here - 1) * size + 1;
    let range = format!(
        "{} to {} of {}",
        show::count(first_row),
        show::count(first_row + page.rows.len() as i64 - 1),
        show::count(page.total)
    );
    let link = |name: &'static str, number: i64, on: bool| match u32::try_from(number) {
        Ok(number) if on => {
            let to = place.with(|v| v.page = Page::new(number));
            view! { <a href=to>{name}</a> }.into_any()
        }
        _ => view! { <span class="faint" aria-hidden="true">{name}</span> }.into_any(),
    };
    view! {
        <nav class="pages" aria-label="Pages of callers">
            {link("First", 1, here > 1)}
            {link("Previous", here - 1, here > 1)}
            <span>{range}</span>
            {link("Next", here + 1, here < last)}
            {link("Last", last, here < last)}
        </nav>
    }
    .into_any()
}
