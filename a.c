#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
struct q { int n; pthread_mutex_t mu; struct q *next; };
static struct q g;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
int counter;
static int helper(struct q *p, int on) {
  if (on) pthread_mutex_lock(&p->mu);
  p->n++;
  if (on) pthread_mutex_unlock(&p->mu);
  return p->n > 3 ? 1 : 0;
}
static void *worker(void *arg) {
  struct q *p = arg;
  for (int i = 0; i < 10; i++) { pthread_mutex_lock(&m); counter++; pthread_mutex_unlock(&m); }
  if (pthread_mutex_trylock(&m) == 0) { counter--; pthread_mutex_unlock(&m); }
  helper(p, 1);
  return NULL;
}
int main(void) {
  pthread_t t[4];
  for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, worker, &g);
  for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
  printf("%d\n", counter);
  return 0;
}
