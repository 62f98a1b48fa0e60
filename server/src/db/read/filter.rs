//! A view's filters as ids and codes.

use super::facts::Facts;
use crate::tally::Tls;
use app::{
    model::{
        deadline::Deadline,
        tls::{TlsVersion, UnknownReason},
    },
    view::View,
};

/// `None`: no filter; an empty list: nothing matches (the view names what the data does not have).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub accounts: Option<Vec<i32>>,
    pub regions: Option<Vec<i32>>,
    pub services: Option<Vec<i32>>,
    /// Codes of the table `tls_code`.
    pub tls: Option<Vec<i16>>,
}

impl Filter {
    /// All calls that the view asks for.
    pub fn of(view: &View, facts: &Facts) -> Self {
        let services = facts.services.iter();
        Self {
            accounts: ids(&view.account, facts.accounts.iter().map(|a| (a.id, a.name.as_str()))),
            regions: ids(&view.region, facts.regions.iter().map(|r| (r.id, r.name.as_str()))),
            services: ids(&view.service, services.map(|s| (s.id, s.service.as_str()))),
            tls: (!view.tls_version.is_empty()).then(|| view.tls_version.iter().copied().flat_map(codes).collect()),
        }
    }

    /// Of these, the calls that the deadline forbids.
    #[must_use]
    pub fn forbidden(&self, deadline: Option<&Deadline>, minimum: TlsVersion, facts: &Facts) -> Self {
        let below: Vec<i16> =
            TlsVersion::ALL.into_iter().filter(|version| version.is_below(minimum)).flat_map(codes).collect();
        let tls = match &self.tls {
            Some(wanted) => below.into_iter().filter(|code| wanted.contains(code)).collect(),
            None => below,
        };
        Self { services: self.services_of(deadline, facts), tls: Some(tls), ..self.clone() }
    }

    fn services_of(&self, deadline: Option<&Deadline>, facts: &Facts) -> Option<Vec<i32>> {
        let outside = |d: &Deadline| facts.services.iter().any(|s| !d.applies_to(s.scope, &s.service));
        let Some(deadline) = deadline.filter(|d| outside(d)) else { return self.services.clone() };
        let reached = facts.services.iter().filter(|s| deadline.applies_to(s.scope, &s.service)).map(|s| s.id);
        Some(reached.filter(|id| self.services.as_ref().is_none_or(|wanted| wanted.contains(id))).collect())
    }

    /// Counts per service answer it: nothing is asked about accounts or regions.
    pub fn is_per_service(&self) -> bool {
        self.accounts.is_none() && self.regions.is_none()
    }

    /// Whether this account and region pass.
    pub fn passes(&self, account: i32, region: i32) -> bool {
        let pass = |list: &Option<Vec<i32>>, id| list.as_ref().is_none_or(|list| list.contains(&id));
        pass(&self.accounts, account) && pass(&self.regions, region)
    }
}

fn ids<'a>(wanted: &[String], known: impl Iterator<Item = (i32, &'a str)>) -> Option<Vec<i32>> {
    let found = known.filter(|(_, name)| wanted.iter().any(|w| w == name)).map(|(id, _)| id);
    (!wanted.is_empty()).then(|| found.collect())
}

/// The codes that a version has in the tables; unknown has one per reason.
pub fn codes(version: TlsVersion) -> Vec<i16> {
    match version {
        TlsVersion::Unknown => UnknownReason::ALL.into_iter().map(|reason| Tls::Unknown(reason).code()).collect(),
        known => vec![Tls::Known(known).code()],
    }
}
