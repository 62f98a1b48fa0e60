//! A store with a little of everything, and with texts that nobody should trust.

use app::{
    api::ApiError,
    model::{
        audit::{Action, AuditFilter, Entry},
        call::Scope,
        caller::{CallerPage, CallerRow},
        coverage::{Coverage, CoverageRow, Gap},
        deadline::{Deadline, DeadlineEdit, Origin, Revision},
        forecast::Forecast,
        frame::{Frame, Grain},
        freshness::Sources,
        open::OpenCallers,
        overview::{Choices, Overview},
        person::{Actor, Role},
        report::{FileReport, FileState, Removal, SkippedRecord, SourceKind, Upload, UploadReport, UploadState},
        service::{ServiceRow, Services},
        share::{Knock, Opened, Opening, Share, ShareChange, ShareDraft, ShareKind, ShareState},
        source::{
            Bucket, BucketCheck, BucketChoice, BucketPlace, BucketProgress, BucketQueue, BucketReport, Freshness,
            ListingFailed,
        },
        statement::{CountedFiles, Counts, FORM, Filter, FilterBy, Masking, RULES, Statement},
        tls::{TlsVersion, UnknownReason},
        trend::{DrawnTrend, Points, Series, Trend, Versions},
        verdict::{Safe, State, Verdict},
    },
    store::Store,
    view::View,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::sync::Arc;

pub(crate) const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/111122223333/trail-logs";

pub(crate) const HOSTILE: &str = "<script>alert(1)</script>";

#[derive(Clone, Copy)]
pub(crate) struct Fake {
    pub(crate) state: State,
    pub(crate) empty: bool,
    pub(crate) broken: bool,
    pub(crate) running: bool,
    /// The upload's only file is of no use.
    pub(crate) unreadable: bool,
    /// All of the upload's files are no logs.
    pub(crate) skipped: bool,
    /// Buckets let nobody in.
    pub(crate) denied: bool,
    /// The trend panics.
    pub(crate) panics: bool,
    /// A queue tells of new log files, or cannot be listened to.
    pub(crate) queue_answers: Option<bool>,
    /// Who looks.
    pub(crate) role: Option<Role>,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            state: State::AtRisk,
            empty: false,
            broken: false,
            running: false,
            unreadable: false,
            skipped: false,
            denied: false,
            panics: false,
            queue_answers: None,
            role: Some(Role::Administrator),
        }
    }
}

impl Fake {
    fn only_upload(self) -> Upload {
        let upload = upload(self.running);
        if !self.unreadable && !self.skipped {
            return upload;
        }
        let (calls_counted, calls_already_counted, calls_unknown) = (0, 0, 0);
        let upload = Upload { calls_counted, calls_already_counted, calls_unknown, files_failed: 0, ..upload };
        match self.skipped {
            true => Upload { files_total: 3, files_skipped: 3, ..upload },
            false => Upload { files_total: 1, files_failed: 1, ..upload },
        }
    }

    fn frame(self) -> Frame {
        let frame = frame();
        if self.empty { Frame { logged: None, ..frame } } else { frame }
    }

    fn bucket_with_queue(self) -> Bucket {
        Bucket { queue: self.queue_answers.map(queue), ..bucket(self.running) }
    }

    fn answer<T>(self, answer: T) -> Result<T, ApiError> {
        if self.broken { Err(ApiError::Unavailable) } else { Ok(answer) }
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn deadline() -> Deadline {
    let revision = |date, announced| Revision { date: day(date), announced: day(announced), note: HOSTILE.into() };
    Deadline {
        id: 1,
        name: "AWS: TLS 1.2 minimum".into(),
        date: day("2023-12-31"),
        scope: Some(Scope::Aws),
        services: Vec::new(),
        minimum: TlsVersion::Tls12,
        source_url: "javascript:alert(1)".into(),
        note: HOSTILE.into(),
        origin: Origin::Preset,
        history: vec![revision("2023-06-28", "2022-06-28"), revision("2023-12-31", "2023-06-20")],
    }
}

fn frame() -> Frame {
    Frame {
        from: time("2023-06-01T00:00:00Z"),
        to: time("2023-06-04T00:00:00Z"),
        grain: Grain::Day,
        asked_grain: None,
        today: day("2023-06-04"),
        as_of: day("2023-06-04"),
        logged: Some((day("2023-06-01"), day("2023-06-03"))),
        deadline: Some(deadline()),
    }
}

fn times() -> Vec<DateTime<Utc>> {
    (0..3).map(|i| frame().from + TimeDelta::days(i)).collect()
}

fn upload(running: bool) -> Upload {
    Upload {
        id: 1,
        kind: SourceKind::Upload,
        name: HOSTILE.into(),
        state: if running { UploadState::Reading } else { UploadState::Done },
        reason: String::new(),
        created: time("2023-06-04T09:00:00Z"),
        started: Some(time("2023-06-04T09:00:05Z")),
        finished: (!running).then(|| time("2023-06-04T09:02:10Z")),
        bytes: 4_200_000,
        bytes_read: 2_100_000,
        calls_counted: 1000,
        calls_already_counted: 50,
        calls_unknown: 40,
        records_skipped: 1,
        files_total: 2,
        files_skipped: 0,
        files_failed: 0,
    }
}

fn file() -> FileReport {
    FileReport {
        name: format!("logs.zip!{HOSTILE}.json.gz"),
        state: FileState::Damaged,
        reason: "the file ends in the middle; 900 good records before it were kept".into(),
        bytes: 1_000_000,
        calls_counted: 900,
        calls_already_counted: 50,
        calls_unknown: 40,
        records_skipped: 1,
        examples: vec![SkippedRecord {
            record: 3,
            offset: 1024,
            reason: "it has no eventTime".into(),
            excerpt: HOSTILE.into(),
        }],
    }
}

fn service(name: &str) -> ServiceRow {
    ServiceRow {
        scope: Scope::Aws,
        service: name.into(),
        calls: vec![(TlsVersion::Tls10, 12), (TlsVersion::Tls12, 900), (TlsVersion::Unknown, 88)],
        callers: 14,
        open_callers: 12,
        first_seen: Some(day("2023-06-01")),
        last_seen: Some(day("2023-06-03")),
        spark: vec![5, 4, 3],
        verdict: Verdict { safe: Safe::No, why: "12 open callers".into() },
    }
}

fn caller() -> CallerRow {
    CallerRow {
        scope: Scope::Aws,
        account: "111122223333".into(),
        service: "s3".into(),
        principal: HOSTILE.into(),
        user_agent: HOSTILE.into(),
        source_address: "192.0.2.1".into(),
        tls_versions: vec![TlsVersion::Tls10, TlsVersion::Tls11],
        calls: 12,
        first_seen: time("2023-06-01T09:00:00Z"),
        last_seen: time("2023-06-03T09:00:00Z"),
        open: true,
    }
}

fn queue(answers: bool) -> BucketQueue {
    BucketQueue {
        url: QUEUE.into(),
        since: answers.then(|| time("2023-06-03T09:30:00Z")),
        answered: Some(time("2023-06-03T11:59:00Z")),
        told_at: Some(time("2023-06-03T11:58:00Z")),
        told: 1234,
        others: 3,
        trouble: if answers { String::new() } else { format!("not allowed: attach the policy {HOSTILE}") },
        is_relied_on: answers,
    }
}

fn bucket(running: bool) -> Bucket {
    Bucket {
        id: 7,
        place: BucketPlace { bucket: "trail-logs".into(), prefix: HOSTILE.into(), ..BucketPlace::default() },
        choice: BucketChoice { from: Some(day("2023-03-01")), ..BucketChoice::default() },
        state: if running { UploadState::Reading } else { UploadState::Done },
        is_paused: false,
        is_followed: true,
        follow_every: 300,
        looked: Some(time("2023-06-03T11:57:00Z")),
        next_look: Some(time("2023-06-03T12:02:00Z")),
        queue: None,
        trouble: String::new(),
        created: time("2023-06-03T09:00:00Z"),
        progress: BucketProgress {
            listings_left: if running { 3 } else { 0 },
            listed: 2000,
            waiting: if running { 800 } else { 0 },
            read: if running { 1200 } else { 2000 },
            failed: 1,
            bytes: 40_000_000,
            bytes_read: if running { 24_000_000 } else { 40_000_000 },
            bytes_per_second: running.then_some(3_200_000.0),
            seconds_left: running.then_some(20),
        },
        calls_counted: 1000,
        calls_already_counted: 50,
        calls_unknown: 40,
        records_skipped: 1,
    }
}

#[async_trait::async_trait]
impl Store for Fake {
    fn actor(&self) -> Actor {
        Actor { role: self.role, ..Actor::default() }
    }

    fn acting(&self, actor: Actor) -> Arc<dyn Store> {
        Arc::new(Self { role: actor.role, ..*self })
    }

    async fn note(&self, _: Action, _: &str) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn audit(&self, _: &AuditFilter, _: i64) -> Result<Vec<Entry>, ApiError> {
        self.answer(Vec::new())
    }

    async fn overview(&self, _: &View) -> Result<Overview, ApiError> {
        self.answer(Overview {
            frame: self.frame(),
            state: self.state,
            sentence: format!("7 services still receive TLS 1.0/1.1 calls from 23 callers {HOSTILE}"),
            open_services: 7,
            open_callers: 23,
            forecast: Forecast::Reached,
            coverage: Some(0.96),
            silent: Some((2, day("2023-05-03"))),
            calls: 1000,
            deprecated_calls: 12,
            unknown: vec![(UnknownReason::Console, 88)],
            calls_after_deadline: 0,
        })
    }

    async fn trend(&self, _: &View) -> Result<Trend, ApiError> {
        assert!(!self.panics, "a secret");
        let series = ["s3", HOSTILE].map(|name| Series { service: name.into(), calls: vec![5, 0, 3] });
        self.answer(Trend {
            frame: self.frame(),
            times: times(),
            series: series.to_vec(),
            all_calls: vec![500, 0, 500],
            without_logs: vec![false, true, false],
        })
    }

    async fn points(&self, _: &View) -> Result<Points, ApiError> {
        self.answer(Points { frame: self.frame(), points: Vec::new() })
    }

    async fn versions(&self, _: &View) -> Result<Versions, ApiError> {
        self.answer(Versions {
            frame: self.frame(),
            times: times(),
            series: vec![(TlsVersion::Tls10, vec![5, 0, 3]), (TlsVersion::Unknown, vec![40, 0, 48])],
            without_logs: vec![false, true, false],
        })
    }

    async fn open_callers(&self, _: &View) -> Result<OpenCallers, ApiError> {
        self.answer(OpenCallers {
            frame: self.frame(),
            days: times().iter().map(DateTime::date_naive).collect(),
            open: vec![25, 24, 23],
            without_logs: vec![false, true, false],
            forecast: Forecast::Zero { zero: day("2024-01-11"), early: day("2024-01-01"), late: None, per_day: -0.2 },
        })
    }

    async fn services(&self, view: &View) -> Result<Services, ApiError> {
        let rows = ["s3", HOSTILE]
            .into_iter()
            .filter(|name| view.service.is_empty() || view.service.iter().any(|s| s == name));
        self.answer(Services { frame: self.frame(), rows: rows.map(service).collect() })
    }

    async fn callers_by(&self, view: &View, _: u32) -> Result<CallerPage, ApiError> {
        let page = view.page.number();
        self.answer(CallerPage {
            frame: self.frame(),
            total: 120,
            page,
            rows: vec![caller(); 3],
            detail_missing: false,
        })
    }

    async fn coverage(&self, _: &View) -> Result<Coverage, ApiError> {
        let row = CoverageRow {
            account: HOSTILE.into(),
            region: "eu-west-1".into(),
            days_with_logs: 2,
            days_expected: 3,
            days_silent: 0,
            first_day: day("2023-06-01"),
            last_day: day("2023-06-03"),
            gaps: vec![Gap { first: day("2023-06-02"), last: day("2023-06-02") }],
        };
        self.answer(Coverage { frame: self.frame(), rows: vec![row], share: Some(0.66) })
    }

    async fn choices(&self) -> Result<Choices, ApiError> {
        let list =
            |items: &[&str]| if self.empty { Vec::new() } else { items.iter().map(ToString::to_string).collect() };
        self.answer(Choices {
            accounts: list(&["111122223333", "444455556666"]),
            regions: list(&["eu-west-1", "us-east-1"]),
            services: list(&["s3", HOSTILE]),
        })
    }

    async fn deadlines(&self) -> Result<Vec<Deadline>, ApiError> {
        self.answer(vec![deadline()])
    }

    async fn save_deadline(&self, _: DeadlineEdit) -> Result<i64, ApiError> {
        self.answer(2)
    }

    async fn remove_deadline(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn uploads(&self) -> Result<Vec<Upload>, ApiError> {
        self.answer(vec![self.only_upload()])
    }

    async fn upload(&self, id: i64) -> Result<UploadReport, ApiError> {
        if id != 1 {
            return Err(ApiError::NotFound(format!("There is no upload {id}.")));
        }
        let unknown = vec![(UnknownReason::Console, 40)];
        self.answer(UploadReport { upload: self.only_upload(), files: vec![file()], unknown })
    }

    async fn removal(&self, _: i64) -> Result<Removal, ApiError> {
        let calls = self.only_upload().calls_counted;
        self.answer(Removal { calls, also_in_others: if calls > 0 { 20 } else { 0 } })
    }

    async fn remove_upload(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn cancel_upload(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    fn now(&self) -> DateTime<Utc> {
        time("2023-06-03T12:00:00Z")
    }

    async fn load_demo(&self) -> Result<i64, ApiError> {
        self.answer(1)
    }

    async fn sources(&self, _: &View) -> Result<Sources, ApiError> {
        self.answer(Sources {
            until: Some(time("2023-06-03T11:55:00Z")),
            accounts: 12,
            late: 4,
            buckets: vec![(7, format!("s3://trail-logs/{HOSTILE}"))],
            uploads: 3,
        })
    }

    fn endpoints(&self) -> Vec<String> {
        if self.empty { Vec::new() } else { vec!["https://s3.example.com".into()] }
    }

    async fn buckets(&self) -> Result<Vec<Bucket>, ApiError> {
        self.answer(if self.empty { Vec::new() } else { vec![self.bucket_with_queue()] })
    }

    async fn bucket(&self, id: i64) -> Result<BucketReport, ApiError> {
        if id != 7 {
            return Err(ApiError::NotFound(format!("There is no source {id}.")));
        }
        let trail = |account: &str, region: &str, newest: &str| Freshness {
            organization: Some("o-abc".into()),
            account: account.into(),
            region: region.into(),
            newest: Some(time(newest)),
            looked: Some(time("2023-06-03T11:57:00Z")),
        };
        let listing = ListingFailed { prefix: format!("AWSLogs/{HOSTILE}/"), reason: "ListBucket is denied".into() };
        self.answer(BucketReport {
            bucket: self.bucket_with_queue(),
            freshness: vec![
                trail("111122223333", "eu-west-1", "2023-06-03T11:55:00Z"),
                trail("111122223333", "sa-east-1", "2023-05-01T11:55:00Z"),
                trail("444455556666", "eu-west-1", "2023-06-03T09:00:00Z"),
            ],
            listings_failed: vec![listing],
            files: vec![FileReport { state: FileState::Failed, reason: "it is archived: restore it".into(), ..file() }],
            others: vec![("digest files".into(), 31)],
            unknown: vec![(UnknownReason::Console, 40)],
        })
    }

    async fn connect_bucket(&self, _: BucketPlace) -> Result<i64, ApiError> {
        self.answer(7)
    }

    async fn check_bucket(&self, _: i64, choice: &BucketChoice, queue: &str) -> Result<BucketCheck, ApiError> {
        if self.denied {
            let troubles = vec!["ListBucket is denied: attach the policy".into()];
            return self.answer(BucketCheck { troubles, policy: "{\"Version\"}".into(), ..BucketCheck::default() });
        }
        self.answer(BucketCheck {
            organizations: ["o-abc".to_owned()].into(),
            accounts: ["111122223333".to_owned(), "444455556666".to_owned()].into(),
            regions: ["eu-west-1".to_owned()].into(),
            first_day: Some(day("2021-01-01")),
            last_day: Some(day("2023-06-03")),
            objects: if choice.accounts.is_empty() { 12_000 } else { 6000 },
            bytes: 240_000_000,
            list_requests: 31,
            others: vec![("digest files".into(), 2)],
            troubles: Vec::new(),
            is_extrapolated: true,
            policy: format!("{{\"Version\"}} {queue}"),
        })
    }

    async fn listen_to_queue(&self, _: i64, _: &str) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn read_bucket(&self, _: i64, _: BucketChoice) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn follow_bucket(&self, _: i64, _: bool) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn pause_bucket(&self, _: i64, _: bool) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn cancel_bucket(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn retry_bucket(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn bucket_removal(&self, _: i64) -> Result<Removal, ApiError> {
        self.answer(Removal { calls: 1000, also_in_others: 20 })
    }

    async fn remove_bucket(&self, _: i64) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn statement(&self, view: &View, masking: Masking) -> Result<Statement, ApiError> {
        let overview = self.overview(view).await?;
        let counts = |service: &str| Counts {
            scope: Scope::Aws,
            service: service.into(),
            tls_version: TlsVersion::Tls10,
            calls: vec![5, 0, 3],
        };
        let counted = CountedFiles {
            source: HOSTILE.into(),
            kind: SourceKind::Upload,
            files: 2,
            bytes: 4_200_000,
            calls: 1000,
            first: time("2023-06-01T09:00:00Z"),
            last: time("2023-06-03T09:00:00Z"),
        };
        self.answer(Statement {
            form: FORM,
            rules: RULES,
            made: self.now(),
            masking,
            filters: vec![Filter { by: FilterBy::Account, values: vec![HOSTILE.into()] }],
            overview,
            times: times(),
            without_logs: vec![false, true, false],
            counts: vec![counts("s3"), counts(HOSTILE)],
            services: self.services(view).await?.rows,
            callers: self.callers(view).await?.rows,
            callers_total: 120,
            detail_missing: true,
            coverage: self.coverage(view).await?.rows,
            counted: vec![counted],
        })
    }

    fn sharer(&self) -> String {
        HOSTILE.into()
    }

    fn longest_share(&self) -> u32 {
        90
    }

    async fn shares(&self) -> Result<Vec<Share>, ApiError> {
        self.answer(if self.empty { Vec::new() } else { vec![share()] })
    }

    async fn share(&self, id: i64) -> Result<Share, ApiError> {
        if id != 3 {
            return Err(ApiError::NotFound(format!("There is no share number {id}.")));
        }
        self.answer(share())
    }

    async fn create_share(&self, _: ShareDraft) -> Result<i64, ApiError> {
        self.answer(3)
    }

    async fn change_share(&self, _: i64, _: ShareChange) -> Result<(), ApiError> {
        self.answer(())
    }

    async fn revoke_shares(&self, _: &str) -> Result<(), ApiError> {
        self.answer(())
    }

    fn fresh_link(&self, _: i64) -> Option<String> {
        self.running.then(|| "sunset_share_new".into())
    }

    async fn open_share(&self, _: &str, _: Knock) -> Result<Opening, ApiError> {
        self.answer(Opening::Missing)
    }

    /// As where it cannot be drawn.
    async fn drawn(&self, _: &Trend) -> Option<DrawnTrend> {
        None
    }

    async fn evidence(&self, _: &Opened) -> Result<Vec<u8>, ApiError> {
        self.answer(Vec::new())
    }
}

fn share() -> Share {
    Share {
        id: 3,
        title: HOSTILE.into(),
        note: HOSTILE.into(),
        kind: ShareKind::Frozen,
        state: ShareState::Active,
        creator: HOSTILE.into(),
        created: time("2023-06-01T12:00:00Z"),
        expires: time("2023-07-01T12:00:00Z"),
        has_password: true,
        may_narrow: false,
        masking: Masking::default(),
        views: 12,
        last_view: Some(time("2023-06-03T09:00:00Z")),
    }
}
