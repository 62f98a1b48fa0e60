//! Who calls: an invented company with three accounts, and one that it buys during the year.

use super::rhythm::Rhythm::{self, Monthly, Nightly, Office, Quarterly, Steady, Weekly};
use chrono::Weekday::{Sun, Tue};

/// Production, staging, data, and the bought company. The numbers are those of the AWS documentation.
pub(super) const ACCOUNTS: [&str; 4] = ["111122223333", "444455556666", "777788889999", "123456789012"];
const PRODUCTION: usize = 0;

/// This one joins the trail late.
pub(super) const BOUGHT: usize = 3;

pub(super) const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "ap-southeast-2"];

/// An account and a region in which something runs: indices into [`ACCOUNTS`] and [`REGIONS`].
pub(super) type Place = (usize, usize);

pub(super) const PLACES: [Place; 7] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 1), (3, 0)];

/// Something that calls, from several hosts.
#[derive(Debug)]
pub(super) struct Workload {
    pub(super) name: &'static str,
    pub(super) who: Who,
    pub(super) places: &'static [Place],
    /// Per place; each has an address of its own.
    pub(super) hosts: u32,
    /// With weights.
    pub(super) services: &'static [(&'static str, u32)],
    /// Calls per host on a busy day, relative to the others.
    pub(super) rate: f64,
    pub(super) rhythm: Rhythm,
    pub(super) tls: Tls,
    /// Calls also reach the trail of this account, whose resources they concern.
    pub(super) shared_with: Option<usize>,
}

/// What `userIdentity` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// The role of an EC2 instance.
    Instance,
    Function,
    Container,
    /// An IAM user with long-lived keys.
    User,
    /// Somebody in the AWS console.
    Console,
    /// An app that signs in its users.
    Federated,
    /// Unsigned requests.
    Anonymous,
    /// An AWS service, on behalf of the account.
    Service(&'static str),
    /// Nobody: something that happened.
    Event,
}

/// What it speaks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tls {
    /// 1.2 at first, 1.3 sooner or later.
    Modern {
        agent: &'static str,
    },
    Deprecated {
        label: &'static str,
        agent: &'static str,
        end: End,
    },
    /// Says nothing of TLS.
    Silent {
        agent: &'static str,
    },
}

/// How the use of a deprecated version ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// Fixed in the order of [`WORKLOADS`]; then the agent is this one.
    Fixed {
        agent: &'static str,
    },
    Never,
}

const fn modern(
    name: &'static str,
    who: Who,
    places: &'static [Place],
    hosts: u32,
    services: &'static [(&'static str, u32)],
    (rate, rhythm): (f64, Rhythm),
    agent: &'static str,
) -> Workload {
    Workload { name, who, places, hosts, services, rate, rhythm, tls: Tls::Modern { agent }, shared_with: None }
}

const fn old(
    name: &'static str,
    who: Who,
    place: &'static [Place],
    hosts: u32,
    services: &'static [(&'static str, u32)],
    (rate, rhythm): (f64, Rhythm),
    tls: (&'static str, &'static str, End),
) -> Workload {
    let (label, agent, end) = tls;
    let tls = Tls::Deprecated { label, agent, end };
    Workload { name, who, places: place, hosts, services, rate, rhythm, tls, shared_with: None }
}

const fn silent(
    name: &'static str,
    who: Who,
    places: &'static [Place],
    services: &'static [(&'static str, u32)],
    rate: f64,
    agent: &'static str,
) -> Workload {
    let tls = Tls::Silent { agent };
    Workload { name, who, places, hosts: 1, services, rate, rhythm: Steady, tls, shared_with: None }
}

const fn fixed(agent: &'static str) -> End {
    End::Fixed { agent }
}

const JAVA2: &str = "aws-sdk-java/2.31.14 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.134-152.225.amzn2023.x86_64 lang/java#21.0.7 md/OpenJDK_64-Bit_Server_VM#21.0.7+6-LTS md/vendor#Amazon.com_Inc. md/en_US m/D,N,P";
const BOTO3: &str = "Boto3/1.38.3 md/Botocore#1.38.3 ua/2.1 os/linux#5.10.236-248.962.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.9 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 m/Z,b,D cfg/retry-mode#legacy Botocore/1.38.3";
const BOTO3_EC2: &str = "Boto3/1.35.50 md/Botocore#1.35.50 ua/2.0 os/linux#6.8.0-1021-aws md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.35.50";
const NODE3: &str = "aws-sdk-js/3.799.0 ua/2.1 os/linux#6.1.131 lang/js md/nodejs#22.14.0 api/dynamodb#3.799.0 m/E,e";
const GO2: &str =
    "aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.2 md/GOOS#linux md/GOARCH#amd64 api/kinesis#1.33.2 m/E,g";
const RUST: &str = "aws-sdk-rust/1.3.14 ua/2.1 api/s3/1.84.0 os/linux lang/rust/1.86.0 m/E,b";
const CLI2: &str = "aws-cli/2.27.2 md/awscrt#0.26.1 ua/2.1 os/linux#6.8.0-1027-azure md/arch#x86_64 lang/python#3.13.2 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#s3.cp";
const TERRAFORM: &str = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.95.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.8 md/GOOS#linux md/GOARCH#amd64";
const SSM_AGENT: &str = "aws-sdk-go/1.55.5 (go1.23.7; linux; amd64) amazon-ssm-agent/3.3.987.0";
const CLOUDWATCH_AGENT: &str = "CWAgent/1.300055.0 (go1.24.1; linux; amd64) aws-sdk-go/1.48.6";
const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36";
const DOTNET_NEW: &str = "aws-sdk-dotnet-45/3.7.300.16 ua/2.0 os/windows#10.0.17763.0 md/ARCH#X64 lang/.NET_Runtime#4.0 md/.NET_Framework#4.8.09037 md/aws-sdk-dotnet-core#3.7.300.16 cfg/retry-mode#legacy md/ClientAsync cfg/init-coll#0";

/// Those with a deprecated version are fixed from top to bottom.
#[rustfmt::skip]
pub(super) static WORKLOADS: [Workload; 51] = [
    modern("checkout", Who::Container, &[(0, 0), (0, 1), (0, 2)], 4, &[("dynamodb", 6), ("sqs", 3), ("sns", 1), ("kms", 3), ("secretsmanager", 1)], (7.0, Steady), JAVA2),
    modern("orders-api", Who::Function, &[(0, 0), (0, 1)], 3, &[("dynamodb", 5), ("events", 2), ("states", 1), ("kms", 3)], (8.0, Steady), BOTO3),
    modern("image-resizer", Who::Function, &[(0, 0), (0, 1)], 2, &[("s3", 8), ("lambda", 2)], (10.0, Steady), RUST),
    modern("data-lake", Who::Instance, &[(2, 1)], 4, &[("s3", 9), ("glue", 3), ("athena", 2), ("kms", 2)], (12.0, Nightly), JAVA2),
    modern("notebooks", Who::Instance, &[(2, 1)], 3, &[("athena", 4), ("s3", 3), ("glue", 2)], (6.0, Office), BOTO3_EC2),
    modern("stream-processor", Who::Container, &[(0, 0), (2, 1)], 2, &[("kinesis", 8), ("firehose", 1), ("monitoring", 2)], (10.0, Steady), GO2),
    modern("ci-runner", Who::Instance, &[(1, 0), (1, 1)], 3, &[("ecr", 4), ("ecs", 3), ("cloudformation", 3), ("s3", 3), ("sts", 3)], (8.0, Office), CLI2),
    modern("terraform", Who::Instance, &[(1, 0), (0, 0)], 2, &[("ec2", 5), ("iam", 4), ("route53", 2), ("rds", 2), ("elasticloadbalancing", 2), ("acm", 1), ("wafv2", 1)], (6.0, Office), TERRAFORM),
    modern("fleet", Who::Instance, &PLACES, 2, &[("ssm", 8), ("ec2", 1)], (4.0, Steady), SSM_AGENT),
    modern("metrics-agent", Who::Instance, &PLACES, 2, &[("logs", 3), ("monitoring", 5)], (3.0, Steady), CLOUDWATCH_AGENT),
    modern("cluster-controller", Who::Container, &[(0, 0), (0, 1), (1, 1)], 1, &[("autoscaling", 3), ("elasticloadbalancing", 4), ("ec2", 5)], (12.0, Steady), GO2),
    modern("mailer", Who::Container, &[(0, 1)], 2, &[("email", 4), ("sns", 2)], (8.0, Steady), NODE3),
    modern("login", Who::Function, &[(0, 0), (0, 1)], 2, &[("cognito-idp", 4), ("kms", 1), ("secretsmanager", 1)], (5.0, Steady), NODE3),
    modern("search-indexer", Who::Container, &[(0, 1)], 2, &[("es", 2), ("sqs", 4), ("dynamodb", 2)], (6.0, Steady), JAVA2),
    modern("cache-warmer", Who::Function, &[(0, 0)], 1, &[("elasticache", 2), ("dynamodb", 3)], (6.0, Steady), BOTO3),
    modern("db-operator", Who::Instance, &[(0, 0), (3, 0)], 1, &[("rds", 1)], (4.0, Steady), BOTO3_EC2),
    modern("pricing", Who::Instance, &[(0, 0)], 2, &[("batch", 1), ("s3", 4), ("sqs", 2)], (10.0, Nightly), BOTO3_EC2),
    modern("audit", Who::User, &[(0, 0)], 1, &[("organizations", 3), ("cloudtrail", 3), ("tagging", 4), ("health", 3), ("iam", 3), ("config", 2)], (18.0, Office), BOTO3_EC2),
    modern("shop", Who::Container, &[(3, 0)], 4, &[("s3", 4), ("dynamodb", 4), ("sqs", 2)], (8.0, Steady), NODE3),
    modern("supplier-feed", Who::User, &[(0, 1)], 2, &[("s3", 1)], (6.0, Steady), CLI2),
    Workload { shared_with: Some(PRODUCTION), ..modern("cross-reader", Who::Instance, &[(2, 1)], 2, &[("s3", 3), ("kms", 2)], (7.0, Nightly), RUST) },
    modern("console", Who::Console, &[(0, 0), (1, 0), (2, 1)], 3, &[("ec2", 5), ("s3", 3), ("rds", 1), ("monitoring", 4), ("cloudformation", 1), ("signin", 1)], (3.0, Office), BROWSER),
    silent("autoscaling", Who::Service("autoscaling.amazonaws.com"), &[(0, 0), (0, 1), (1, 0)], &[("ec2", 3), ("elasticloadbalancing", 1)], 5.0, "autoscaling.amazonaws.com"),
    silent("config", Who::Service("config.amazonaws.com"), &PLACES, &[("ec2", 2), ("kms", 1)], 2.0, "config.amazonaws.com"),
    silent("lambda", Who::Service("lambda.amazonaws.com"), &[(0, 0), (0, 1)], &[("sts", 4), ("logs", 2)], 8.0, "lambda.amazonaws.com"),
    silent("key-rotation", Who::Event, &[(0, 0), (0, 1), (2, 1)], &[("kms", 1)], 0.5, "AWS Internal"),

    // Deprecated, first fixed first.
    old("log-shipper", Who::Instance, &[(0, 0)], 5, &[("s3", 1), ("logs", 1)], (1.6, Steady), ("TLSv1.1", "Boto/2.49.0 Python/2.7.5 Linux/3.10.0-862.el7.x86_64", fixed(BOTO3_EC2))),
    old("staging-smoke-test", Who::User, &[(1, 0)], 2, &[("sqs", 1), ("sns", 1)], (2.0, Office), ("TLSv1.1", "aws-sdk-ruby/1.66.0 ruby/1.9.3 x86_64-linux", fixed("aws-sdk-ruby3/3.222.2 ua/2.1 api/sqs#1.93.0 os/linux#6.1.0 md/x86_64 lang/ruby#3.4.3 md/3.4.3"))),
    old("inventory-sync", Who::Instance, &[(0, 0), (0, 1)], 4, &[("dynamodb", 3), ("sqs", 1)], (1.8, Steady), ("TLSv1", "aws-sdk-java/1.7.4 Linux/2.6.32-754.el6.x86_64 Java_HotSpot(TM)_64-Bit_Server_VM/24.80-b11/1.7.0_80", fixed(JAVA2))),
    old("build-plugin", Who::User, &[(1, 1)], 3, &[("ecr", 1), ("ec2", 1)], (1.8, Office), ("TLSv1.1", "aws-sdk-java/1.11.83 Linux/3.10.0-327.el7.x86_64 OpenJDK_64-Bit_Server_VM/24.91-b01/1.7.0_91", fixed(JAVA2))),
    old("billing-export", Who::Instance, &[(0, 0)], 5, &[("s3", 2), ("sqs", 1)], (1.7, Nightly), ("TLSv1", "aws-sdk-dotnet-45/3.3.1.0 aws-sdk-dotnet-core/3.3.1.0 .NET_Runtime/4.0 .NET_Framework/4.0 OS/Microsoft_Windows_NT_6.1.7601_Service_Pack_1 ClientAsync", fixed(DOTNET_NEW))),
    old("queue-worker", Who::Container, &[(0, 2)], 4, &[("kinesis", 1), ("sqs", 1)], (1.7, Steady), ("TLSv1.1", "aws-sdk-nodejs/2.0.31 linux/v0.10.48", fixed(NODE3))),
    old("monitoring-legacy", Who::Instance, &[(0, 0), (0, 1)], 3, &[("monitoring", 1)], (1.2, Steady), ("TLSv1", "aws-cli/1.3.23 Python/2.7.6 Linux/2.6.18-164.el5", fixed(CLI2))),
    old("shop-backup", Who::User, &[(3, 0)], 3, &[("s3", 1)], (1.2, Nightly), ("TLSv1", "s3cmd/1.5.2", fixed("s3cmd/2.4.0"))),
    old("shop-frontend", Who::Instance, &[(3, 0)], 4, &[("s3", 1), ("dynamodb", 1)], (1.8, Steady), ("TLSv1.1", "aws-sdk-java/1.11.409 Linux/4.4.0-1128-aws OpenJDK_64-Bit_Server_VM/24.95-b01/1.7.0_95", fixed(JAVA2))),
    old("agent-2008", Who::Instance, &[(0, 0)], 4, &[("monitoring", 1), ("logs", 1)], (1.7, Steady), ("TLSv1", "aws-sdk-dotnet-35/2.0.2.2 .NET_Runtime/2.0 .NET_Framework/3.5 OS/Microsoft_Windows_NT_6.0.6002_Service_Pack_2 ClientSync", fixed(DOTNET_NEW))),
    old("document-store", Who::Instance, &[(0, 1)], 4, &[("s3", 3), ("kms", 1)], (1.8, Office), ("TLSv1", "aws-sdk-dotnet-45/3.3.5.7 aws-sdk-dotnet-core/3.3.8.0 .NET_Runtime/4.0 .NET_Framework/4.0 OS/Microsoft_Windows_NT_6.2.9200.0 ClientAsync", fixed(DOTNET_NEW))),
    old("tableau-extract", Who::User, &[(2, 1)], 1, &[("athena", 2), ("s3", 1)], (9.0, Weekly(Sun)), ("TLSv1.1", "aws-sdk-java/1.11.245 Windows_Server_2012_R2/6.3 Java_HotSpot(TM)_64-Bit_Server_VM/24.79-b02/1.7.0_79", fixed(JAVA2))),
    old("mobile-app", Who::Federated, &[(0, 1)], 5, &[("dynamodb", 1)], (0.9, Steady), ("TLSv1", "aws-sdk-android/2.2.1 Linux/3.4.67 Dalvik/1.6.0/0 en_US", fixed("aws-sdk-android/2.79.0 Linux/5.15.148 Dalvik/2.1.0/0 en_US"))),
    old("ops-scripts", Who::User, &[(0, 0)], 3, &[("ec2", 2), ("monitoring", 1)], (2.2, Office), ("TLSv1", "AWSPowerShell/3.3.365.0 .NET_Runtime/4.0 .NET_Framework/4.0 OS/Microsoft_Windows_NT_6.1.7601_Service_Pack_1 WindowsPowerShell/4.0 ClientSync", fixed("AWSPowerShell.Common/4.1.800 ua/2.1 os/windows#10.0.20348.0 md/ARCH#X64 lang/.NET_Core#8.0.15 ft/PowerShellCore#7.5.1"))),
    old("newsletter", Who::Instance, &[(0, 1)], 3, &[("email", 1)], (1.2, Office), ("TLSv1", "aws-sdk-php2/2.4.12 Guzzle/3.9.3 curl/7.19.7 PHP/5.3.3", fixed("aws-sdk-php/3.342.32 ua/2.1 os/Linux#6.1.0 lang/php#8.3.20 GuzzleHttp/7"))),
    old("warehouse-scanner", Who::User, &[(0, 2)], 3, &[("sqs", 1), ("dynamodb", 1)], (1.7, Office), ("TLSv1", "aws-sdk-cpp/1.1.44 Windows/6.1.7601 AMD64 MSVC/1700", fixed("aws-sdk-cpp/1.11.550 ua/2.1 md/aws-crt# os/Windows#10.0.20348 md/arch#AMD64 lang/c++#C++17 md/MSVC#1943"))),
    old("month-end", Who::Instance, &[(0, 0)], 2, &[("rds", 1), ("s3", 2)], (8.0, Monthly), ("TLSv1", "Boto/2.38.0 Python/2.6.6 Linux/2.6.32-431.el6.x86_64", fixed(BOTO3_EC2))),
    old("vault-archive", Who::User, &[(2, 1)], 2, &[("s3", 1)], (5.0, Weekly(Tue)), ("TLSv1.1", "CloudBerryLab/5.8.2 aws-sdk-dotnet-35/2.3.46.0 .NET_Framework/3.5", fixed("MSP360/7.9.4 aws-sdk-dotnet-coreclr/3.7.107"))),
    // These stay.
    old("saas-connector", Who::User, &[(0, 0)], 1, &[("monitoring", 1)], (2.5, Steady), ("TLSv1", "aws-sdk-java/1.6.12 Linux/2.6.32-5-xen-amd64 Java_HotSpot(TM)_64-Bit_Server_VM/20.45-b01/1.6.0_45", End::Never)),
    old("partner-upload", Who::User, &[(0, 1)], 2, &[("s3", 1)], (1.5, Office), ("TLSv1.1", "[S3Browser/9.5.5 (https://s3browser.com)]", End::Never)),
    old("tax-report", Who::Instance, &[(2, 1)], 1, &[("athena", 1), ("s3", 2)], (12.0, Quarterly), ("TLSv1", "aws-sdk-java/1.10.77 Windows_Server_2008_R2/6.1 Java_HotSpot(TM)_64-Bit_Server_VM/24.51-b03/1.7.0_51", End::Never)),
    old("public-download", Who::Anonymous, &[(0, 0)], 2, &[("s3", 1)], (0.12, Steady), ("TLSv1", "[Mozilla/5.0 (Linux; U; Android 4.1.2; en-us; GT-I9300 Build/JZO54K) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30]", End::Never)),
    old("scanner", Who::Anonymous, &[(0, 0)], 12, &[("s3", 1)], (0.02, Steady), ("TLSv1", "[Mozilla/5.0 zgrab/0.x]", End::Never)),
    old("probe", Who::Anonymous, &[(0, 1)], 6, &[("s3", 1)], (0.02, Steady), ("TLSv1.1", "[sqlmap/1.4.7#stable (http://sqlmap.org)]", End::Never)),
    old("year-end", Who::Instance, &[(0, 0)], 1, &[("rds", 1), ("s3", 1)], (9.0, Quarterly), ("TLSv1", "aws-sdk-php2/2.7.2 Guzzle/3.9.2 curl/7.15.5 PHP/5.3.29", End::Never)),
];
