"""GET /api/me, a route of kind `lambda`: what the gateway has verified of the caller."""


def handler(event, context):
    claims = event["requestContext"]["authorizer"]["jwt"]["claims"]
    return {"user": claims["sub"], "tenant": claims["tenant_id"]}
