//! Views that differ from another one in a single thing: what links point to.

use super::{CallerColumn, ChartMode, Page, Range, ServiceColumn, Sort, View};
use crate::model::{frame::Grain, tls::TlsVersion};

/// Whatever changes which callers match begins again at their first page.
impl View {
    #[must_use]
    pub fn with_range(self, range: Range) -> Self {
        Self { range, page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_grain(self, grain: Option<Grain>) -> Self {
        Self { grain, ..self }
    }

    #[must_use]
    pub fn with_deadline(self, deadline: Option<i64>) -> Self {
        Self { deadline, page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_chart(self, chart: ChartMode) -> Self {
        Self { chart, ..self }
    }

    #[must_use]
    pub fn with_accounts(self, accounts: impl IntoIterator<Item = String>) -> Self {
        Self { account: list(accounts), page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_regions(self, regions: impl IntoIterator<Item = String>) -> Self {
        Self { region: list(regions), page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_services(self, services: impl IntoIterator<Item = String>) -> Self {
        Self { service: list(services), page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_tls_versions(self, versions: impl IntoIterator<Item = TlsVersion>) -> Self {
        Self { tls_version: list(versions), page: Page::default(), ..self }
    }

    /// Adds the service to the filter, or takes it out.
    #[must_use]
    pub fn toggle_service(self, service: &str) -> Self {
        let mut services = self.service.clone();
        match services.iter().position(|s| s == service) {
            Some(at) => drop(services.remove(at)),
            None => services.push(service.to_owned()),
        }
        self.with_services(services)
    }

    /// Sorts by the column; a second time turns it around. Numbers and times begin with the largest.
    #[must_use]
    pub fn sort_services(self, column: ServiceColumn) -> Self {
        let first = !matches!(column, ServiceColumn::Service | ServiceColumn::Verdict);
        Self { service_sort: turn(self.service_sort, column, first), ..self }
    }

    /// Like [`View::sort_services`].
    #[must_use]
    pub fn sort_callers(self, column: CallerColumn) -> Self {
        let first = matches!(column, CallerColumn::Calls | CallerColumn::FirstSeen | CallerColumn::LastSeen);
        Self { caller_sort: turn(self.caller_sort, column, first), page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_search(self, search: impl Into<String>) -> Self {
        Self { search: search.into(), page: Page::default(), ..self }
    }

    #[must_use]
    pub fn with_page(self, page: u32) -> Self {
        Self { page: Page::new(page), ..self }
    }

    /// Shows everything of the same range, deadline and looks.
    #[must_use]
    pub fn without_filters(self) -> Self {
        Self {
            account: Vec::new(),
            region: Vec::new(),
            service: Vec::new(),
            tls_version: Vec::new(),
            search: String::new(),
            page: Page::default(),
            ..self
        }
    }

    pub fn is_filtered(&self) -> bool {
        !(self.account.is_empty() && self.region.is_empty() && self.service.is_empty() && self.tls_version.is_empty())
    }
}

fn list<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.into_iter().collect();
    list.sort_unstable();
    list.dedup();
    list
}

fn turn<C: PartialEq>(current: Sort<C>, column: C, descending_first: bool) -> Sort<C> {
    let descending = if current.column == column { !current.descending } else { descending_first };
    Sort { column, descending }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(query: &str) -> View {
        query.parse().unwrap()
    }

    #[test]
    fn narrowing_begins_again_at_the_first_page() {
        let view = view("page=7").with_services(["s3".to_owned(), "ec2".to_owned(), "s3".to_owned()]);
        assert_eq!(view.to_string(), "service=ec2,s3");
    }

    #[test]
    fn a_service_is_toggled() {
        let view = view("service=s3");
        assert_eq!(view.clone().toggle_service("ec2").to_string(), "service=ec2,s3");
        assert_eq!(view.toggle_service("s3").to_string(), "");
    }

    #[test]
    fn the_same_column_again_turns_around() {
        let view = view("").sort_services(ServiceColumn::Calls);
        assert_eq!(view.to_string(), "sort=-calls");
        assert_eq!(view.sort_services(ServiceColumn::Calls).to_string(), "sort=calls");
        assert_eq!(View::default().sort_callers(CallerColumn::Principal).to_string(), "callers=principal");
    }

    #[test]
    fn clearing_keeps_range_and_looks() {
        let view = view("account=1&chart=lines&q=java&range=7d&tls_version=1.0");
        assert!(view.is_filtered());
        assert_eq!(view.without_filters().to_string(), "chart=lines&range=7d");
    }
}
