/*
 * banned - what must not be used where money, time or text is handled.
 *
 * Included last by every .c file of base, domain, engine and tasks, after all
 * other headers. codec, store and cmd include it too, apart from files that
 * say why they cannot.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#pragma GCC poison strtod strtof strtold atof atoi atol atoll sscanf fscanf scanf
#pragma GCC poison strtol strtoul strtoll strtoull
#pragma GCC poison mktime localtime gmtime localtime_r gmtime_r strftime timegm setlocale

/* Headers define some names as macros, and poisoning a macro warns. */
#undef isdigit
#undef isalpha
#undef isalnum
#undef isspace
#undef toupper
#undef tolower
#pragma GCC poison isdigit isalpha isalnum isspace toupper tolower

#undef sprintf
#pragma GCC poison sprintf vsprintf strcpy strcat strncpy strncat gets strtok

#undef mp_set_memory_functions
#undef mpq_set_str
#undef mpz_get_d
#undef mpq_get_d
#undef mpf_init
#pragma GCC poison mp_set_memory_functions mpq_set_str mpz_get_d mpq_get_d mpf_init

#endif
