import java.time.OffsetDateTime;
import java.util.Scanner;

/** Reads dates as typed clients in Java do, a line each. */
public class ReadDates {
  public static void main(String[] args) {
    int count = 0;
    try (Scanner lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        OffsetDateTime.parse(lines.nextLine());
        count++;
      }
    }
    System.out.println(count);
  }
}
