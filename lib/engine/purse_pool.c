#include "engine/burndown.h"
#include "engine/rollover.h"

#include "base/banned.h"

void
purse_pool_init(struct purse_pool *pool, struct arena *a, const struct map *deducted)
{
	*pool = (struct purse_pool){ .arena = a, .deducted = deducted };
	map_init(&pool->left, a);
}

static struct rat
sum_of(const struct map *sums, struct str id)
{
	const struct rat *sum = sums != NULL ? map_get(sums, id) : NULL;

	return sum != NULL ? *sum : RAT_ZERO;
}

/* There is as much of an old segment as it has left, and what its rollover gave already. */
static struct rat
left_to_roll(struct purse_pool *pool, const struct access_segment *old)
{
	return rat_add(pool->arena, *purse_pool_left(pool, old),
		sum_of(pool->drawn, old->rolled_to));
}

struct rat
purse_pool_rolled(struct purse_pool *pool, const struct access_segment *old)
{
	return rollover_amount(old, left_to_roll(pool, old), sum_of(pool->drawn, old->rolled_to));
}

struct rat
purse_pool_rest(struct purse_pool *pool, const struct access_segment *old)
{
	return rat_sub(pool->arena, left_to_roll(pool, old), purse_pool_rolled(pool, old));
}

struct rat *
purse_pool_left(struct purse_pool *pool, const struct access_segment *s)
{
	struct arena *a = pool->arena;
	struct rat *left = map_get(&pool->left, s->id), taken;

	if (left != NULL)
		return left;
	taken = sum_of(pool->deducted, s->id);
	if (s->rolled_to.n > 0)
		taken = rat_add(a, taken, sum_of(pool->drawn, s->rolled_to));
	left = ARENA_NEW(a, struct rat);
	*left = s->source != NULL ? purse_pool_rolled(pool, s->source) : access_granted(a, s);
	*left = rat_sub(a, *left, taken);
	*map_slot(&pool->left, s->id, NULL) = left;
	return left;
}
