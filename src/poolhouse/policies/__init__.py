"""The IAM policy language: documents are parsed once, and then asked whether somebody may do something.

Pure, of the standard library alone, and without the rest of the server (docs/policies.md): `document.parse`
makes a policy of a JSON text, `evaluate.request` says what is asked, `evaluate.decide` and `evaluate.trusts`
answer. The source is the AWS IAM User Guide, "IAM JSON policy element reference".
"""
