# Y gosod cyntaf
