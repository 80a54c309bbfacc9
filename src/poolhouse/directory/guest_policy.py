"""What guests may do at most, whatever their role allows: the session policy of the enhanced flow (1.19).

AWS documents it in two parts, of which a guest may do what either allows: an inline policy, and the managed
policy AmazonCognitoUnAuthedIdentitiesSessionPolicy. The list is [K]: AWS adds to it.
"""

import json

_INLINE = """
    cloudwatch:* logs:* dynamodb:* kinesis:* mobileanalytics:* s3:* ses:* sns:* sqs:* lambda:*
    machinelearning:* execute-api:* iot:* gamelift:* cognito-identity:* cognito-idp:* lex:* polly:*
    comprehend:* translate:* transcribe:* rekognition:* mobiletargeting:* firehose:* appsync:* personalize:*
    sagemaker:InvokeEndpoint cognito-sync:* codewhisperer:* textract:DetectDocumentText
    textract:AnalyzeDocument sdb:*"""
_MANAGED = """
    rum:PutRumEvents geo:GetMap* geo:SearchPlaceIndex* geo:GetPlace geo:CalculateRoute* geo:*Geofence
    geo:*Geofences geo:*DevicePosition* kms:Encrypt kms:Decrypt"""

ACTIONS = (*_INLINE.split(), *_MANAGED.split())

DOCUMENT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(ACTIONS), "Resource": "*"}],
    },
    separators=(",", ":"),
)
