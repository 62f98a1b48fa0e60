//! The parts of a record that are the same for many: who called, and what was touched. `$` as in `record`.

use super::{cast::Who, service::Operation};

/// `userIdentity` (user guide, "CloudTrail userIdentity element").
pub(super) fn identity(who: Who) -> &'static str {
    match who {
        Who::Instance => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$i","arn":"arn:aws:sts::$a:assumed-role/$w/$i","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w","accountId":"$a","userName":"$w"},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"},"ec2RoleDelivery":"2.0"}}"#
        }
        Who::Function | Who::Container => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/$w/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w","accountId":"$a","userName":"$w"},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"}}}"#
        }
        Who::User => {
            r#"{"type":"IAMUser","principalId":"AIDA$p","arn":"arn:aws:iam::$a:user/$w","accountId":"$a","accessKeyId":"AKIA$p","userName":"$w"}"#
        }
        Who::Console => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/AWSReservedSSO_PowerUser_3f1c/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_3f1c","accountId":"$a","userName":"AWSReservedSSO_PowerUser_3f1c"},"attributes":{"creationDate":"$d","mfaAuthenticated":"true"}}}"#
        }
        Who::Federated => {
            r#"{"type":"AssumedRole","principalId":"AROA$p:$s","arn":"arn:aws:sts::$a:assumed-role/$w-users/$s","accountId":"$a","accessKeyId":"ASIA$p","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA$p","arn":"arn:aws:iam::$a:role/$w-users","accountId":"$a","userName":"$w-users"},"webIdFederationData":{"federatedProvider":"cognito-identity.amazonaws.com","attributes":{"cognito-identity.amazonaws.com:amr":"[\"authenticated\"]"}},"attributes":{"creationDate":"$d","mfaAuthenticated":"false"}}}"#
        }
        Who::Anonymous => r#"{"type":"AWSAccount","principalId":"","accountId":"anonymous"}"#,
        Who::Service(_) => r#"{"type":"AWSService","invokedBy":"$v"}"#,
        Who::Event => r#"{"accountId":"$a","invokedBy":"AWS Internal"}"#,
    }
}

/// `resources`, where a service names them.
pub(super) fn resources(operation: &Operation) -> &'static str {
    match operation.service {
        "s3" => {
            r#""resources":[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::$b/"},{"accountId":"$a","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$b"}],"#
        }
        "dynamodb" => {
            r#""resources":[{"accountId":"$a","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:$r:$a:table/$w"}],"#
        }
        "kms" => r#""resources":[{"accountId":"$a","type":"AWS::KMS::Key","ARN":"arn:aws:kms:$r:$a:key/$u"}],"#,
        "lambda" => {
            r#""resources":[{"accountId":"$a","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:$r:$a:function:$w"}],"#
        }
        _ => "",
    }
}
