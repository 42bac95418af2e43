/*
 * ratecard_rates - mtr-ratecard add-rates, rates, schedule.
 */
#ifndef CMD_RATECARD_RATES_H
#define CMD_RATECARD_RATES_H

#include "cli.h"

bool ratecard_add_rates(struct cli *c);
bool ratecard_rates(struct cli *c);
bool ratecard_schedule(struct cli *c);

#endif
