//! The audit log: who did what, and when.

use super::text::text_enum;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    SetUp,
    SignIn,
    SignInRefused,
    SignOut,
    ChangePassword,
    EndSession,
    AddToken,
    RemoveToken,
    AddPerson,
    ChangeRole,
    DisablePerson,
    EnablePerson,
    Invite,
    AcceptInvitation,
    Export,
    SaveDeadline,
    RemoveDeadline,
    Upload,
    LoadDemo,
    CancelUpload,
    RemoveUpload,
    ConnectSource,
    ReadSource,
    FollowSource,
    UnfollowSource,
    ListenToQueue,
    PauseSource,
    ResumeSource,
    CancelSource,
    RetrySource,
    RemoveSource,
    CreateShare,
    ChangeShare,
    RevokeShares,
    ViewShare,
}

text_enum!(Action, "an action", {
    SetUp = "set_up", SignIn = "sign_in", SignInRefused = "sign_in_refused", SignOut = "sign_out",
    ChangePassword = "change_password", EndSession = "end_session", AddToken = "add_token", RemoveToken = "remove_token",
    AddPerson = "add_person", ChangeRole = "change_role", DisablePerson = "disable_person", EnablePerson = "enable_person",
    Invite = "invite", AcceptInvitation = "accept_invitation", Export = "export",
    SaveDeadline = "save_deadline", RemoveDeadline = "remove_deadline",
    Upload = "upload", LoadDemo = "load_demo", CancelUpload = "cancel_upload", RemoveUpload = "remove_upload",
    ConnectSource = "connect_source", ReadSource = "read_source", FollowSource = "follow_source",
    UnfollowSource = "unfollow_source", ListenToQueue = "listen_to_queue", PauseSource = "pause_source", ResumeSource = "resume_source", CancelSource = "cancel_source", RetrySource = "retry_source", RemoveSource = "remove_source",
    CreateShare = "create_share", ChangeShare = "change_share", RevokeShares = "revoke_shares", ViewShare = "view_share",
});

impl Action {
    /// "sign in", "remove upload".
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

/// One line of the log. Names are as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub id: i64,
    pub time: DateTime<Utc>,
    /// Empty: nobody had signed in, or needed to.
    pub name: String,
    pub address: String,
    pub action: Action,
    /// What it was done to.
    pub about: String,
}

/// Which lines are wanted; what is empty or absent stands for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub name: String,
    pub action: Option<Action>,
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub to: Option<NaiveDate>,
    /// Only older ones than the line with this number.
    pub before: Option<i64>,
}
