//! A store with a little of everything, and with texts that nobody should trust.

use app::{
    api::ApiError,
    model::{
        call::Scope,
        caller::{CallerPage, CallerRow},
        coverage::{Coverage, CoverageRow, Gap},
        deadline::{Deadline, DeadlineEdit, Origin, Revision},
        forecast::Forecast,
        frame::{Frame, Grain},
        open::OpenCallers,
        overview::{Choices, Overview},
        report::{FileReport, FileState, Removal, SkippedRecord, SourceKind, Upload, UploadReport, UploadState},
        service::{ServiceRow, Services},
        tls::{TlsVersion, UnknownReason},
        trend::{Points, Series, Trend, Versions},
        verdict::{Safe, State, Verdict},
    },
    store::Store,
    view::View,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub(crate) const HOSTILE: &str = "<script>alert(1)</script>";

#[derive(Clone, Copy)]
pub(crate) struct Fake {
    pub(crate) state: State,
    pub(crate) empty: bool,
    pub(crate) broken: bool,
    pub(crate) running: bool,
    /// The upload's only file is of no use.
    pub(crate) unreadable: bool,
}

impl Default for Fake {
    fn default() -> Self {
        Self { state: State::AtRisk, empty: false, broken: false, running: false, unreadable: false }
    }
}

impl Fake {
    fn only_upload(self) -> Upload {
        let upload = upload(self.running);
        if !self.unreadable {
            return upload;
        }
        let (calls_counted, calls_already_counted, calls_unknown) = (0, 0, 0);
        Upload { calls_counted, calls_already_counted, calls_unknown, files_total: 1, files_failed: 1, ..upload }
    }

    fn frame(self) -> Frame {
        let frame = frame();
        if self.empty { Frame { logged: None, ..frame } } else { frame }
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

#[async_trait::async_trait]
impl Store for Fake {
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

    fn today(&self) -> NaiveDate {
        day("2023-06-03")
    }

    async fn load_demo(&self) -> Result<i64, ApiError> {
        self.answer(1)
    }
}
