"""Making groups and filling them."""


async def make(world, pool, name="staff", **settings):
    return await world.call("CreateGroup", UserPoolId=pool, GroupName=name, **settings)


async def add(world, pool, name="staff", username="ada"):
    return await world.call("AdminAddUserToGroup", UserPoolId=pool, GroupName=name, Username=username)


async def add_users(world, pool, count):
    for number in range(count):
        await world.call("AdminCreateUser", UserPoolId=pool, Username=f"u{number}", MessageAction="SUPPRESS")
