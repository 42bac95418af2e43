#include "codec/json_path.h"

#include "base/banned.h"

/* The name at the front of a path: up to '.' or '['. Names that hold these are not found. */
static struct str
take_name(struct str *path)
{
	struct str name = { path->p, 0 };

	while (name.n < path->n && name.p[name.n] != '.' && name.p[name.n] != '[')
		name.n++;
	path->p += name.n;
	path->n -= name.n;
	return name;
}

static const struct json *
member(const struct json *object, struct str name)
{
	if (json_type(object) != JSON_OBJECT)
		return NULL;
	for (const struct json *j = json_first(object); j != NULL; j = json_next(j))
		if (str_eq(json_key(j), name))
			return j;
	return NULL;
}

/* "[12]" at the front of a path; false where there is none. */
static bool
take_index(struct str *path, size_t *index)
{
	size_t i = 1, value = 0;

	if (path->n < 3 || path->p[0] != '[')
		return false;
	while (i < path->n && ascii_is_digit(path->p[i]))
		value = value * 10 + (size_t)(path->p[i++] - '0');
	if (i == path->n || path->p[i] != ']')
		return false;
	path->p += i + 1;
	path->n -= i + 1;
	*index = value;
	return true;
}

static const struct json *
item(const struct json *array, size_t index)
{
	const struct json *j;

	if (json_type(array) != JSON_ARRAY)
		return NULL;
	j = json_first(array);
	while (j != NULL && index-- > 0)
		j = json_next(j);
	return j;
}

const struct json *
json_path(const struct json *root, struct str path)
{
	const struct json *at = root;
	size_t index;

	while (path.n > 0) {
		const struct json *next;

		if (path.p[0] == '.') {
			path.p++;
			path.n--;
		}
		if (take_index(&path, &index)) {
			next = item(at, index);
		} else {
			struct str name = take_name(&path);

			next = name.n > 0 ? member(at, name) : NULL;
		}
		if (next == NULL)
			break;
		at = next;
	}
	return at;
}
