//! What callers ask services for. Field names and shapes as in the services' own CloudTrail examples, values invented.
//!
//! In the texts `$` and a letter stand for something of the call, see `record::Writer::expand`.

/// One operation of a service.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) service: &'static str,
    pub(super) name: &'static str,
    pub(super) effect: Effect,
    pub(super) weight: u32,
    pub(super) request: &'static str,
    pub(super) response: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Read,
    Write,
    /// Data events: calls on objects and items.
    DataRead,
    DataWrite,
}

impl Effect {
    pub(super) fn reads(self) -> bool {
        matches!(self, Self::Read | Self::DataRead)
    }

    pub(super) fn is_data(self) -> bool {
        matches!(self, Self::DataRead | Self::DataWrite)
    }
}

/// Services that report no TLS details.
pub(super) const UNREPORTED: [&str; 3] = ["organizations", "tagging", "health"];

/// Positions in [`OPERATIONS`] of one service.
pub(super) fn operations(service: &str) -> &'static [Operation] {
    let start = OPERATIONS.iter().position(|o| o.service == service).unwrap_or(0);
    let count = OPERATIONS[start..].iter().take_while(|o| o.service == OPERATIONS[start].service).count();
    &OPERATIONS[start..start + count]
}

const fn op(
    service: &'static str,
    name: &'static str,
    effect: Effect,
    weight: u32,
    request: &'static str,
    response: &'static str,
) -> Operation {
    Operation { service, name, effect, weight, request, response }
}

use Effect::{DataRead, DataWrite, Read, Write};

/// Grouped by service.
#[rustfmt::skip]
static OPERATIONS: [Operation; 66] = [
    op("s3", "GetObject", DataRead, 9, r#"{"bucketName":"$b","Host":"$b.s3.$r.amazonaws.com","key":"$k"}"#, "null"),
    op("s3", "PutObject", DataWrite, 5, r#"{"bucketName":"$b","Host":"$b.s3.$r.amazonaws.com","key":"$k","x-amz-storage-class":"STANDARD_IA"}"#, r#"{"x-amz-server-side-encryption":"AES256","x-amz-version-id":"$g"}"#),
    op("s3", "HeadObject", DataRead, 3, r#"{"bucketName":"$b","Host":"$b.s3.$r.amazonaws.com","key":"$k"}"#, "null"),
    op("s3", "ListObjects", DataRead, 2, r#"{"list-type":"2","bucketName":"$b","encoding-type":"url","prefix":"export/","Host":"$b.s3.$r.amazonaws.com"}"#, "null"),
    op("s3", "GetBucketAcl", Read, 1, r#"{"bucketName":"$b","Host":"$b.s3.$r.amazonaws.com","acl":""}"#, "null"),
    op("dynamodb", "GetItem", DataRead, 6, r#"{"tableName":"$w","key":{"pk":"HIDDEN_DUE_TO_SECURITY_REASONS"},"consistentRead":false}"#, "null"),
    op("dynamodb", "PutItem", DataWrite, 3, r#"{"tableName":"$w","key":{"pk":"HIDDEN_DUE_TO_SECURITY_REASONS"},"items":["pk","sk","payload","updated"]}"#, "null"),
    op("dynamodb", "DescribeTable", Read, 2, r#"{"tableName":"$w"}"#, "null"),
    op("dynamodb", "UpdateTimeToLive", Write, 1, r#"{"tableName":"$w","timeToLiveSpecification":{"enabled":true,"attributeName":"expires"}}"#, r#"{"timeToLiveSpecification":{"enabled":true,"attributeName":"expires"}}"#),
    op("sqs", "ReceiveMessage", DataRead, 5, r#"{"queueUrl":"https://sqs.$r.amazonaws.com/$a/$w","maxNumberOfMessages":10,"waitTimeSeconds":20}"#, "null"),
    op("sqs", "SendMessage", DataWrite, 3, r#"{"queueUrl":"https://sqs.$r.amazonaws.com/$a/$w","messageBody":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"mD5OfMessageBody":"$g","messageId":"$u"}"#),
    op("sqs", "GetQueueUrl", Read, 1, r#"{"queueName":"$w"}"#, r#"{"queueUrl":"https://sqs.$r.amazonaws.com/$a/$w"}"#),
    op("sns", "Publish", DataWrite, 3, r#"{"topicArn":"arn:aws:sns:$r:$a:$w","message":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"messageId":"$u"}"#),
    op("sns", "ListTopics", Read, 1, "null", "null"),
    op("monitoring", "PutMetricData", DataWrite, 5, r#"{"namespace":"$w","metricData":[{"metricName":"QueueDepth","unit":"Count","value":$n}]}"#, "null"),
    op("monitoring", "GetMetricData", DataRead, 4, r#"{"startTime":"$d","endTime":"$t","metricDataQueries":[{"id":"m1","returnData":true,"metricStat":{"period":300,"stat":"Average","metric":{"namespace":"AWS/EC2","metricName":"CPUUtilization","dimensions":[{"name":"InstanceId","value":"$i"}]}}}]}"#, "null"),
    op("monitoring", "DescribeAlarms", Read, 2, r#"{"maxRecords":100,"alarmNamePrefix":"$w"}"#, "null"),
    op("logs", "CreateLogStream", Write, 3, r#"{"logGroupName":"/app/$w","logStreamName":"$i/$u"}"#, "null"),
    op("logs", "DescribeLogGroups", Read, 2, r#"{"limit":50,"logGroupNamePrefix":"/app/$w"}"#, "null"),
    op("kms", "Decrypt", Read, 6, r#"{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$b"},"keyId":"arn:aws:kms:$r:$a:key/$u"}"#, "null"),
    op("kms", "GenerateDataKey", Read, 3, r#"{"keySpec":"AES_256","keyId":"arn:aws:kms:$r:$a:key/$u","encryptionContext":{"service":"$w"}}"#, "null"),
    op("secretsmanager", "GetSecretValue", Read, 4, r#"{"secretId":"arn:aws:secretsmanager:$r:$a:secret:$w/db","versionStage":"AWSCURRENT"}"#, "null"),
    op("secretsmanager", "DescribeSecret", Read, 1, r#"{"secretId":"$w/db"}"#, "null"),
    op("sts", "AssumeRole", Read, 5, r#"{"roleArn":"arn:aws:iam::$a:role/$w","roleSessionName":"$s","durationSeconds":3600}"#, r#"{"credentials":{"accessKeyId":"ASIAEXAMPLE$h","sessionToken":"$x$x","expiration":"$t"},"assumedRoleUser":{"assumedRoleId":"AROAEXAMPLE:$s","arn":"arn:aws:sts::$a:assumed-role/$w/$s"}}"#),
    op("sts", "GetCallerIdentity", Read, 2, "null", "null"),
    op("ec2", "DescribeInstances", Read, 6, r#"{"instancesSet":{},"filterSet":{"items":[{"name":"tag:service","valueSet":{"items":[{"value":"$w"}]}}]}}"#, "null"),
    op("ec2", "DescribeNetworkInterfaces", Read, 3, r#"{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"attachment.instance-id","valueSet":{"items":[{"value":"$i"}]}}]}}"#, "null"),
    op("ec2", "CreateSnapshot", Write, 1, r#"{"volumeId":"vol-$h","description":"$w $t","tagSpecificationSet":{"items":[{"resourceType":"snapshot","tags":[{"key":"owner","value":"$w"}]}]}}"#, r#"{"requestId":"$u","snapshotId":"snap-$h","volumeId":"vol-$h","status":"pending","startTime":$m,"progress":"","ownerId":"$a","volumeSize":"$n","encrypted":true}"#),
    op("ec2", "CreateTags", Write, 1, r#"{"resourcesSet":{"items":[{"resourceId":"$i"}]},"tagSet":{"items":[{"key":"service","value":"$w"}]}}"#, r#"{"requestId":"$u","_return":true}"#),
    op("lambda", "Invoke", DataWrite, 5, r#"{"functionName":"arn:aws:lambda:$r:$a:function:$w","invocationType":"RequestResponse"}"#, "null"),
    op("lambda", "GetFunction20150331v2", Read, 1, r#"{"functionName":"$w"}"#, "null"),
    op("ssm", "GetParameter", Read, 5, r#"{"name":"/$w/config","withDecryption":true}"#, "null"),
    op("ssm", "UpdateInstanceInformation", Write, 6, r#"{"instanceId":"$i","agentVersion":"3.3.987.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"10.0.3.17","computerName":"$i.internal","agentName":"amazon-ssm-agent"}"#, "null"),
    op("ecr", "BatchGetImage", Read, 3, r#"{"repositoryName":"$w","registryId":"$a","imageIds":[{"imageTag":"release-$n"}],"acceptedMediaTypes":["application/vnd.docker.distribution.manifest.v2+json","application/vnd.oci.image.manifest.v1+json"]}"#, "null"),
    op("ecr", "GetAuthorizationToken", Read, 2, "null", "null"),
    op("ecs", "DescribeServices", Read, 3, r#"{"cluster":"main","services":["$w"]}"#, "null"),
    op("ecs", "RegisterContainerInstance", Write, 1, r#"{"cluster":"main","totalResources":[{"name":"CPU","type":"INTEGER","integerValue":4096},{"name":"MEMORY","type":"INTEGER","integerValue":15781}]}"#, r#"{"containerInstance":{"containerInstanceArn":"arn:aws:ecs:$r:$a:container-instance/main/$g","ec2InstanceId":"$i","status":"ACTIVE","agentConnected":true}}"#),
    op("elasticloadbalancing", "DescribeTargetHealth", Read, 3, r#"{"targetGroupArn":"arn:aws:elasticloadbalancing:$r:$a:targetgroup/$w/$h"}"#, "null"),
    op("autoscaling", "DescribeAutoScalingGroups", Read, 3, r#"{"autoScalingGroupNames":["$w"],"maxRecords":100}"#, "null"),
    op("rds", "DescribeDBInstances", Read, 3, r#"{"dBInstanceIdentifier":"$w"}"#, "null"),
    op("rds", "CreateDBSnapshot", Write, 1, r#"{"dBInstanceIdentifier":"$w","dBSnapshotIdentifier":"$w-$n"}"#, r#"{"dBSnapshotArn":"arn:aws:rds:$r:$a:snapshot:$w-$n","status":"creating","engine":"postgres","engineVersion":"16.4","allocatedStorage":$n,"encrypted":true,"snapshotType":"manual"}"#),
    op("kinesis", "GetRecords", DataRead, 3, r#"{"shardIterator":"$x$x","limit":1000,"streamARN":"arn:aws:kinesis:$r:$a:stream/$w"}"#, "null"),
    op("kinesis", "PutRecords", DataWrite, 3, r#"{"streamARN":"arn:aws:kinesis:$r:$a:stream/$w","records":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, "null"),
    op("firehose", "DescribeDeliveryStream", Read, 1, r#"{"deliveryStreamName":"$w"}"#, "null"),
    op("events", "PutEvents", Write, 3, r#"{"entries":[{"source":"$w","detailType":"order.updated","eventBusName":"main"}]}"#, r#"{"failedEntryCount":0,"entries":[{"eventId":"$u"}]}"#),
    op("states", "StartExecution", Write, 2, r#"{"stateMachineArn":"arn:aws:states:$r:$a:stateMachine:$w","name":"$u","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"executionArn":"arn:aws:states:$r:$a:execution:$w:$u","startDate":"$t"}"#),
    op("cloudformation", "DescribeStacks", Read, 3, r#"{"stackName":"$w"}"#, "null"),
    op("iam", "ListAttachedRolePolicies", Read, 3, r#"{"roleName":"$w"}"#, "null"),
    op("iam", "GetRole", Read, 2, r#"{"roleName":"$w"}"#, "null"),
    op("route53", "ListResourceRecordSets", Read, 2, r#"{"hostedZoneId":"Z$h","maxItems":"300"}"#, "null"),
    op("email", "SendRawEmail", DataWrite, 4, r#"{"sourceArn":"arn:aws:ses:$r:$a:identity/example.com","destinations":["HIDDEN_DUE_TO_SECURITY_REASONS"],"rawMessage":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#, r#"{"messageId":"010001$g"}"#),
    op("cognito-idp", "InitiateAuth", Write, 3, r#"{"authFlow":"USER_SRP_AUTH","authParameters":"HIDDEN_DUE_TO_SECURITY_REASONS","clientId":"$h"}"#, r#"{"challengeName":"PASSWORD_VERIFIER","challengeParameters":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#),
    op("elasticache", "DescribeCacheClusters", Read, 1, r#"{"cacheClusterId":"$w","showCacheNodeInfo":true}"#, "null"),
    op("es", "DescribeDomain", Read, 1, r#"{"domainName":"$w"}"#, "null"),
    op("athena", "StartQueryExecution", Write, 3, r#"{"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS","workGroup":"primary","resultConfiguration":{"outputLocation":"s3://$b/athena/"}}"#, r#"{"queryExecutionId":"$u"}"#),
    op("athena", "GetQueryExecution", Read, 4, r#"{"queryExecutionId":"$u"}"#, "null"),
    op("glue", "GetTable", Read, 3, r#"{"databaseName":"lake","name":"$w"}"#, "null"),
    op("config", "PutEvaluations", Write, 2, r#"{"evaluations":[{"complianceResourceType":"AWS::EC2::Instance","complianceResourceId":"$i","complianceType":"COMPLIANT","orderingTimestamp":"$t"}],"resultToken":"$x"}"#, r#"{"failedEvaluations":[]}"#),
    op("tagging", "GetResources", Read, 2, r#"{"resourcesPerPage":100,"tagFilters":[{"key":"owner","values":["$w"]}]}"#, "null"),
    op("health", "DescribeEventAggregates", Read, 2, r#"{"filter":{"eventStatusCodes":["open","upcoming"]},"aggregateField":"eventTypeCategory"}"#, "null"),
    op("organizations", "ListAccounts", Read, 2, "null", "null"),
    op("signin", "ConsoleLogin", Write, 1, "null", r#"{"ConsoleLogin":"Success"}"#),
    op("cloudtrail", "LookupEvents", Read, 2, r#"{"maxResults":50,"lookupAttributes":[{"attributeKey":"ReadOnly","attributeValue":"false"}]}"#, "null"),
    op("acm", "DescribeCertificate", Read, 1, r#"{"certificateArn":"arn:aws:acm:$r:$a:certificate/$u"}"#, "null"),
    op("wafv2", "GetWebACL", Read, 1, r#"{"name":"$w","scope":"REGIONAL","id":"$u"}"#, "null"),
    op("batch", "SubmitJob", Write, 1, r#"{"jobName":"$w-$n","jobQueue":"nightly","jobDefinition":"$w:12"}"#, r#"{"jobName":"$w-$n","jobId":"$u"}"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_stands_together_and_every_text_is_json() {
        let mut seen: Vec<&str> = Vec::new();
        for operation in &OPERATIONS {
            if seen.last() != Some(&operation.service) {
                assert!(!seen.contains(&operation.service), "{} stands apart", operation.service);
                seen.push(operation.service);
            }
            for text in [operation.request, operation.response] {
                let text = text.replace("$n", "1").replace("$m", "1");
                serde_json::from_str::<serde_json::Value>(&text).expect(operation.name);
            }
        }
        assert!(seen.len() >= 30, "{}", seen.len());
        assert!(UNREPORTED.iter().all(|service| operations(service)[0].service == *service));
    }
}
