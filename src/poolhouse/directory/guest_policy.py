"""What guests may do at most, whatever their role allows: the session policy of the enhanced flow (1.19).

AWS has it in two parts, of which a guest may do what either allows: the managed policy
AmazonCognitoUnAuthedIdentitiesSessionPolicy, here in version 3 of AWS's Managed Policy Reference, and an
inline policy, of which the developer guide names the services: its actions are [K].
"""

import json

_INLINE = """
    cloudwatch:* logs:* dynamodb:* kinesis:* mobileanalytics:* s3:* ses:* sns:* sqs:* lambda:*
    machinelearning:* execute-api:* iot:* gamelift:* cognito-identity:* cognito-idp:* cognito-sync:* lex:*
    appsync:* codewhisperer:* textract:DetectDocumentText textract:AnalyzeDocument sdb:*"""
_MANAGED = """
    rum:PutRumEvents sagemaker:InvokeEndpoint polly:* comprehend:* translate:* transcribe:* rekognition:*
    mobiletargeting:* firehose:* personalize:* geo:GetMap* geo:SearchPlaceIndex* geo:GetPlace
    geo:CalculateRoute* geo:*Geofence geo:*Geofences geo:*DevicePosition* kms:Encrypt kms:Decrypt
    kms:ReEncryptTo kms:ReEncryptFrom kms:GenerateDataKey kms:GenerateDataKeyPair
    kms:GenerateDataKeyPairWithoutPlaintext kms:GenerateDataKeyWithoutPlaintext"""

ACTIONS = (*_INLINE.split(), *_MANAGED.split())

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(ACTIONS), "Resource": "*"}],
    },
    separators=(",", ":"),
)
