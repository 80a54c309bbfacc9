async def test_it_signs_in(world):
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    tokens = await world.tokens(client)
    print(tokens)
