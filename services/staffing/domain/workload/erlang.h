// Queues of a contact centre in the steady state: Erlang B, C and A, and agents who chat with
// several customers at once. Pure, thread-safe. Rates are per second, times in seconds, shares and
// probabilities 0 to 1. Stable for large systems (tens of thousands of agents): sums of positive
// terms and integrals over a scaled density, no factorials or powers.
//
// Arrivals are Poisson, handle times and patience exponential. Sources:
//   Erlang B, C  A. K. Erlang (1917); the recursion 1/B(n) = 1 + n/a · 1/B(n-1) as in
//                ITU-D, Teletraffic Engineering Handbook, ch. 7
//   Erlang A     C. Palm (1946); the wait offered to a customer has the density
//                g(v) ∝ exp(λ(1-e^(-θv))/θ - Dv), D the rate at which a full house answers:
//                F. Baccelli & G. Hebuterne, On queues with impatient customers (1981);
//                A. Mandelbaum & S. Zeltyn, Service engineering in action: the Palm/Erlang-A queue
//                (2007)
//   chats        a house that is not full is a birth-and-death process whose death rate depends on
//                how the chats are spread; each chat goes to an agent with the fewest:
//                J. Luo & J. Zhang, Staffing and control of instant messaging contact centers,
//                Operations Research 61 (2013); T. Tezcan & J. Zhang, Routing and staffing in
//                customer service chat systems with impatient customers, ibid. 62 (2014)
#pragma once

#include <cstdint>
#include <optional>

namespace kefu::staffing::domain::workload {

// What arrives and how it is handled.
struct Queue {
  double arrivals_per_second = 0;
  double handle_seconds = 0;    // mean, of a contact that is its agent's only one
  double patience_seconds = 0;  // mean time until a waiting customer leaves; 0: nobody leaves
  int32_t chats = 1;            // contacts that an agent handles at once, k
  // How much longer all of an agent's chats take for each further one: with j at once a chat takes
  // handle_seconds · (1 + slow_down · (j-1)). 0: not at all; 1: as if one after the other.
  double slow_down = 0;
};

// What a number of agents makes of it.
struct Figures {
  bool stable = true;            // false: the queue grows without end, and the rest is its limit
  double wait_probability = 0;   // an arriving customer finds every place taken
  double answered_within = 1;    // answered within the time, of all that arrive
  double answered = 1;           // answered at all, of all that arrive
  double mean_wait_seconds = 0;  // of all that arrive, until answered or gone; infinite: not stable
  double occupancy = 0;          // places taken, of all places

  double abandoned() const { return 1 - answered; }
};

// Offered load in erlangs: agents who would be busy if each handled one contact at a time.
double OfferedLoad(const Queue& queue);

// Probability that a customer finds all of `servers` taken and is lost. load ≥ 0, servers ≥ 0.
double ErlangB(double load, int64_t servers);
// Probability that a customer has to wait where nobody leaves; 1 where load ≥ servers.
double ErlangC(double load, int64_t servers);

// Erlang A, or C where nobody leaves, for one contact at a time or several. agents ≥ 0;
// answer_seconds ≥ 0.
Figures Evaluate(const Queue& queue, int64_t agents, double answer_seconds);
// Who finds no place is lost: Erlang B. Patience is not looked at.
Figures EvaluateLoss(const Queue& queue, int64_t agents);

// Mean patience from what was seen: all time waited ÷ customers who left. Those who were answered
// count with the time that they did wait: the maximum-likelihood estimate for exponential patience
// under censoring (L. Brown et al., Statistical analysis of a telephone call center, JASA 100
// (2005), section 5). Nothing when nobody left or waited.
std::optional<double> MeanPatience(double waited_seconds, int64_t abandoned);

}  // namespace kefu::staffing::domain::workload
