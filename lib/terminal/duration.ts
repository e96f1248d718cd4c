const secondsPerMinute = 60;
const secondsPerHour = 3600;
const secondsPerDay = 86_400;

/** A span of time for people, its two largest units: `7 h 12 min`, `45 s`, `3 d 4 h`. Negative spans count as `0 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < secondsPerMinute) return `${whole} s`;
  if (whole < secondsPerHour) return `${Math.floor(whole / secondsPerMinute)} min`;
  if (whole < secondsPerDay) {
    const minutes = Math.floor((whole % secondsPerHour) / secondsPerMinute);
    return `${Math.floor(whole / secondsPerHour)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  }
  const hours = Math.floor((whole % secondsPerDay) / secondsPerHour);
  return `${Math.floor(whole / secondsPerDay)} d${hours === 0 ? '' : ` ${hours} h`}`;
}

/** A moment for people in the local time of the machine, hours and minutes: `14:05`. */
export function formatTimeOfDay(at: Date): string {
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}
