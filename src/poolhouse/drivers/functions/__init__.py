"""Lambda functions, wherever they run: `dispatch.py` chooses by ARN, the rest are the three ways to call one.

local      processes of ours, which speak the Lambda Runtime API with us
lambda_api the Invoke API of AWS Lambda, or of what speaks like it
endpoints  an HTTPS address for each function
"""
